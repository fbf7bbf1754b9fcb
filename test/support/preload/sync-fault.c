/* Makes syncing slow or failing, as asked by the file named in SYNC_FAULT_FILE: "delay <millis>", "fail", or nothing. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int fault(void) {
  const char *path = getenv("SYNC_FAULT_FILE");
  char text[64] = "";
  FILE *file = path ? fopen(path, "r") : NULL;
  if (file == NULL) return 0;
  size_t length = fread(text, 1, sizeof text - 1, file);
  text[length] = 0;
  fclose(file);
  if (strncmp(text, "fail", 4) == 0) {
    errno = EIO;
    return -1;
  }
  if (strncmp(text, "delay ", 6) == 0) usleep((useconds_t)atoi(text + 6) * 1000);
  return 0;
}

int fsync(int descriptor) {
  int (*real)(int) = (int (*)(int))dlsym(RTLD_NEXT, "fsync");
  return fault() == 0 ? real(descriptor) : -1;
}

int fdatasync(int descriptor) {
  int (*real)(int) = (int (*)(int))dlsym(RTLD_NEXT, "fdatasync");
  return fault() == 0 ? real(descriptor) : -1;
}
