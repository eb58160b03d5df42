/* Sends the one form of the page that only leads on. Without scripts its button does. */
document.querySelector('form[data-sent-by-itself]')?.submit();
