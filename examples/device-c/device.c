/*
 * A device in plain C on libcurl, as firmware for a small board would have it: no JSON library, no memory that grows.
 *
 *   make && ISSUER=http://localhost:3000 ./device
 *
 * It shows a code, waits until its owner has confirmed it, keeps its key in a file (on a board: in its flash), and
 * uses it from then on. The steps are those of RFC 8628 section 3; `main` reads as they come.
 */
#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define DEVICE_GRANT "urn:ietf:params:oauth:grant-type:device_code"
#define MAX_ANSWER 4096
#define MAX_VALUE 1024
#define FIRST_WAIT 2     /* seconds before asking again when there is no answer: longer each time */
#define LONGEST_WAIT 300

static const char *issuer, *client_id, *key_file;

struct answer {
  long status; /* 0: there was none */
  size_t length;
  char body[MAX_ANSWER];
};

static const char *setting(const char *name, const char *otherwise) {
  const char *value = getenv(name);
  return value ? value : otherwise;
}

/* Keeps what fits: an answer of this server is far shorter. */
static size_t keep(char *data, size_t size, size_t count, void *into) {
  struct answer *answer = into;
  size_t length = size * count, room = MAX_ANSWER - 1 - answer->length;
  memcpy(answer->body + answer->length, data, length < room ? length : room);
  answer->length += length < room ? length : room;
  return length;
}

/* Posts a form, or gets where there is none. */
static void ask(const char *path, const char *form, const char *bearer, struct answer *answer) {
  char url[MAX_VALUE], header[MAX_VALUE + 32];
  struct curl_slist *headers = NULL;
  CURL *curl = curl_easy_init();
  memset(answer, 0, sizeof *answer);
  if (!curl) return;
  snprintf(url, sizeof url, "%s%s", issuer, path);
  curl_easy_setopt(curl, CURLOPT_URL, url);
  curl_easy_setopt(curl, CURLOPT_TIMEOUT, 30L);
  curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, keep);
  curl_easy_setopt(curl, CURLOPT_WRITEDATA, answer);
  if (form) curl_easy_setopt(curl, CURLOPT_POSTFIELDS, form);
  if (bearer) {
    snprintf(header, sizeof header, "Authorization: Bearer %s", bearer);
    headers = curl_slist_append(NULL, header);
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
  }
  if (curl_easy_perform(curl) == CURLE_OK) curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &answer->status);
  curl_slist_free_all(headers);
  curl_easy_cleanup(curl);
}

/* The same, until the server has answered: 429 and 5xx say that it cannot just now. */
static void ask_patiently(const char *path, const char *form, const char *bearer, struct answer *answer) {
  for (unsigned wait = FIRST_WAIT;; wait = wait * 2 < LONGEST_WAIT ? wait * 2 : LONGEST_WAIT) {
    ask(path, form, bearer, answer);
    if (answer->status != 0 && answer->status != 429 && answer->status < 500) return;
    sleep(wait);
  }
}

/* Copies the text or number of a member of a flat JSON object; empty where there is none, or it does not fit. */
static void read_member(const struct answer *answer, const char *name, char value[MAX_VALUE]) {
  char quoted[64];
  const char *from;
  size_t length = 0;
  value[0] = '\0';
  snprintf(quoted, sizeof quoted, "\"%s\":", name);
  from = strstr(answer->body, quoted);
  if (!from) return;
  from += strlen(quoted);
  if (*from == '"') from++;
  while (from[length] && !strchr("\",}", from[length])) length++;
  if (length >= MAX_VALUE) return;
  memcpy(value, from, length);
  value[length] = '\0';
}

static int says(const struct answer *answer, const char *error) {
  char said[MAX_VALUE];
  read_member(answer, "error", said);
  return strcmp(said, error) == 0;
}

/* Polls until the owner has decided or the code has expired: 1 where there are tokens. */
static int poll(const char *device_code, unsigned interval, struct answer *answer) {
  char form[2 * MAX_VALUE];
  snprintf(form, sizeof form, "grant_type=" DEVICE_GRANT "&client_id=%s&device_code=%s", client_id, device_code);
  for (;;) {
    sleep(interval);
    ask_patiently("/token", form, NULL, answer);
    if (answer->status == 200) return 1;
    if (says(answer, "slow_down")) interval += 5;
    else if (!says(answer, "authorization_pending")) return 0;
  }
}

/* Shows codes until an owner has confirmed one: 0 where the owner said no. */
static int link_device(struct answer *answer) {
  char form[MAX_VALUE], device_code[MAX_VALUE], user_code[MAX_VALUE], uri[MAX_VALUE], interval[MAX_VALUE];
  snprintf(form, sizeof form, "client_id=%s&scope=openid+profile+offline_access&device_name=Radio&device_type=speaker",
           client_id);
  do {
    ask_patiently("/device/auth", form, NULL, answer);
    if (answer->status != 200) return fprintf(stderr, "no code: %s\n", answer->body), 0;
    read_member(answer, "device_code", device_code);
    read_member(answer, "user_code", user_code);
    read_member(answer, "verification_uri", uri);
    read_member(answer, "interval", interval);
    printf("Open %s and type %s\n", uri, user_code);
    fflush(stdout);
    if (poll(device_code, atoi(interval) > 0 ? (unsigned)atoi(interval) : 5, answer)) return 1;
  } while (says(answer, "expired_token"));
  return puts("The owner said no."), 0;
}

/* 1 where there are new tokens; 0 where the owner has deregistered the device. A lost answer may be asked for again. */
static int refresh(const char *key, struct answer *answer) {
  char form[2 * MAX_VALUE];
  snprintf(form, sizeof form, "grant_type=refresh_token&client_id=%s&refresh_token=%s", client_id, key);
  ask_patiently("/token", form, NULL, answer);
  return answer->status == 200;
}

static int read_key(char key[MAX_VALUE]) {
  FILE *file = fopen(key_file, "r");
  int found = file && fgets(key, MAX_VALUE, file) != NULL;
  if (file) fclose(file);
  return found;
}

/* All or nothing, so that a power cut leaves the old key or the new one. */
static int write_key(const char *key) {
  char fresh[MAX_VALUE];
  FILE *file;
  snprintf(fresh, sizeof fresh, "%s.new", key_file);
  file = fopen(fresh, "w");
  if (!file || fputs(key, file) < 0 || fflush(file) != 0 || fsync(fileno(file)) != 0) return 0;
  return fclose(file) == 0 && rename(fresh, key_file) == 0;
}

int main(void) {
  static struct answer answer;
  char key[MAX_VALUE], token[MAX_VALUE], name[MAX_VALUE];
  int linked = 0;
  issuer = setting("ISSUER", "http://localhost:3000");
  client_id = setting("CLIENT_ID", "living-room-tv");
  key_file = setting("KEY_FILE", "key");
  curl_global_init(CURL_GLOBAL_DEFAULT);
  if (read_key(key)) {
    linked = refresh(key, &answer);
    if (!linked) puts("This device was removed."), remove(key_file);
  }
  if (!linked && !link_device(&answer)) return 1;
  read_member(&answer, "refresh_token", key);
  read_member(&answer, "access_token", token);
  if (!write_key(key)) return perror(key_file), 1;
  ask_patiently("/me", NULL, token, &answer);
  read_member(&answer, "name", name);
  printf("Linked to the account of %s.\n", name);
  return 0;
}
