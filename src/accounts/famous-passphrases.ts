/** What many know by heart, and so what attackers try before they put words together themselves. */
const FAMOUS = `
correct horse battery staple
correct battery horse staple
diceware passphrase
my voice is my passport verify me
my voice is my passport
speak friend and enter
open sesame
let me in please
please let me in
let me in now please
this is my password
this is my passphrase
this is not a password
this is a secure password
this is a strong password
my password is secure
my password is password
the password is password
i forgot my password
i hate passwords
i love you so much
i love you forever
i love you more than anything
you shall not pass
one two three four five
one two three four five six seven eight
abracadabra hocus pocus
the quick brown fox
the quick brown fox jumps over the lazy dog
the quick brown fox jumped over the lazy dog
the quick brown fox jumps over a lazy dog
jackdaws love my big sphinx of quartz
sphinx of black quartz judge my vow
pack my box with five dozen liquor jugs
how vexingly quick daft zebras jump
the five boxing wizards jump quickly
lorem ipsum dolor sit amet
lorem ipsum dolor sit amet consectetur adipiscing elit
hello world program
to be or not to be
to be or not to be that is the question
romeo romeo wherefore art thou romeo
all the world is a stage
all the worlds a stage
a rose by any other name
something is rotten in the state of denmark
it was the best of times
it was the best of times it was the worst of times
call me ishmael
all happy families are alike
it is a truth universally acknowledged
two roads diverged in a yellow wood
the road not taken
once upon a time
happily ever after
once upon a time in a land far far away
a long time ago in a galaxy far far away
in a galaxy far far away
may the force be with you
may the fourth be with you
luke i am your father
i am your father
these are not the droids you are looking for
these arent the droids youre looking for
do or do not there is no try
live long and prosper
beam me up scotty
to infinity and beyond
houston we have a problem
one small step for man
one small step for man one giant leap for mankind
ill be back
hasta la vista baby
heres looking at you kid
frankly my dear i dont give a damn
may the odds be ever in your favor
may the odds be ever in your favour
winter is coming
the winter is coming
valar morghulis
you know nothing jon snow
a lannister always pays his debts
one ring to rule them all
not all those who wander are lost
my precious
life is like a box of chocolates
my mama always said life was like a box of chocolates
im gonna make him an offer he cant refuse
you cant handle the truth
theres no place like home
there is no place like home
toto ive a feeling were not in kansas anymore
show me the money
elementary my dear watson
the name is bond james bond
bond james bond
keep calm and carry on
just keep swimming
hakuna matata
why so serious
i see dead people
say hello to my little friend
go ahead make my day
nobody puts baby in a corner
with great power comes great responsibility
i solemnly swear that i am up to no good
mischief managed
expecto patronum
dont panic
so long and thanks for all the fish
the answer is forty two
the cake is a lie
all your base are belong to us
never gonna give you up
never gonna give you up never gonna let you down
is this the real life is this just fantasy
we will rock you
we are the champions
dont stop believing
dont worry be happy
twinkle twinkle little star
mary had a little lamb
row row row your boat
happy birthday to you
jingle bells jingle bells
let it be let it be
all you need is love
yesterday all my troubles seemed so far away
imagine all the people
stairway to heaven
highway to hell
smells like teen spirit
i will always love you
hello darkness my old friend
let it go let it go
somewhere over the rainbow
rage against the machine
welcome to the jungle
another brick in the wall
we all live in a yellow submarine
god save the queen
god save the king
god bless america
in god we trust
for god so loved the world
in the beginning was the word
our father who art in heaven
the lord is my shepherd
the lord is my shepherd i shall not want
jesus is my savior
jesus christ is lord
we the people of the united states
i have a dream
oh say can you see
i think therefore i am
cogito ergo sum
carpe diem
veni vidi vici
et tu brute
the truth will set you free
an apple a day keeps the doctor away
early to bed and early to rise
the early bird catches the worm
practice makes perfect
better late than never
sein oder nicht sein
sein oder nicht sein das ist hier die frage
franz jagt im komplett verwahrlosten taxi quer durch bayern
zwölf boxkämpfer jagen viktor quer über den großen sylter deich
das also war des pudels kern
habe nun ach philosophie
es war einmal
und wenn sie nicht gestorben sind
alle meine entchen
alle meine entchen schwimmen auf dem see
hänschen klein ging allein
freude schöner götterfunken
einigkeit und recht und freiheit
morgenstund hat gold im mund
ich liebe dich so sehr
ich liebe dich über alles
ich bin ein berliner
donaudampfschifffahrtsgesellschaft
ser o no ser
ser o no ser esa es la cuestión
en un lugar de la mancha
en un lugar de la mancha de cuyo nombre no quiero acordarme
el veloz murciélago hindú comía feliz cardillo y kiwi
érase una vez
que la fuerza te acompañe
padre nuestro que estás en los cielos
te quiero mucho mi amor
être ou ne pas être
portez ce vieux whisky au juge blond qui fume
que la force soit avec toi
liberté égalité fraternité
il était une fois
allons enfants de la patrie
frère jacques frère jacques
ser ou não ser
ser ou não ser eis a questão
que a força esteja com você
era uma vez
いろはにほへと ちりぬるを
吾輩は猫である
أكون أو لا أكون
بسم الله الرحمن الرحيم
`;

/** With so many digits before or behind, a famous passphrase is tried as well. */
const DIGITS_AROUND = /^\d{1,4}|\d{1,4}$/g;

/** Each without what makes none rarer. */
export const famousPassphrases: ReadonlySet<string> = new Set(FAMOUS.trim().split('\n').map(lettersOf));

/** Spaces, capitals, accents and punctuation make a famous passphrase no rarer. */
export function isFamous(password: string): boolean {
  return famousPassphrases.has(lettersOf(password).replace(DIGITS_AROUND, ''));
}

function lettersOf(words: string): string {
  return words
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]/gu, '');
}
