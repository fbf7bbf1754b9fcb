/*
 * Makes the disk slow, failing or full, as asked by the file named in DISK_FAULT_FILE:
 * "delay <millis>" (syncs take longer), "fail" (syncs give EIO), "full" (writes that make a file longer give ENOSPC),
 * "read-only" (writes give EROFS), or nothing. A write to a file opened with O_DSYNC is a sync, too.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void asked(char text[64]) {
  const char *path = getenv("DISK_FAULT_FILE");
  FILE *file = path ? fopen(path, "r") : NULL;
  text[0] = 0;
  if (file == NULL) return;
  text[fread(text, 1, 63, file)] = 0;
  fclose(file);
}

static int sync_fault(void) {
  char text[64];
  asked(text);
  if (strncmp(text, "fail", 4) == 0) {
    errno = EIO;
    return -1;
  }
  if (strncmp(text, "delay ", 6) == 0) usleep((useconds_t)atoi(text + 6) * 1000);
  return 0;
}

static int write_fault(int descriptor, off_t end) {
  char text[64];
  struct stat file;
  asked(text);
  if (strncmp(text, "read-only", 9) == 0) {
    errno = EROFS;
    return -1;
  }
  /* Whoever writes synchronously has its space already, and may still be refused it where files are not overwritten. */
  int is_synchronous = (fcntl(descriptor, F_GETFL) & O_DSYNC) != 0;
  if (strncmp(text, "full", 4) == 0 && fstat(descriptor, &file) == 0 && (is_synchronous || end > file.st_size)) {
    errno = ENOSPC;
    return -1;
  }
  return is_synchronous ? sync_fault() : 0;
}

int fsync(int descriptor) {
  int (*real)(int) = (int (*)(int))dlsym(RTLD_NEXT, "fsync");
  return sync_fault() == 0 ? real(descriptor) : -1;
}

int fdatasync(int descriptor) {
  int (*real)(int) = (int (*)(int))dlsym(RTLD_NEXT, "fdatasync");
  return sync_fault() == 0 ? real(descriptor) : -1;
}

ssize_t pwrite(int descriptor, const void *bytes, size_t count, off_t offset) {
  ssize_t (*real)(int, const void *, size_t, off_t) = (ssize_t(*)(int, const void *, size_t, off_t))dlsym(RTLD_NEXT, "pwrite");
  return write_fault(descriptor, offset + (off_t)count) == 0 ? real(descriptor, bytes, count, offset) : -1;
}

ssize_t pwrite64(int descriptor, const void *bytes, size_t count, off64_t offset) {
  ssize_t (*real)(int, const void *, size_t, off64_t) = (ssize_t(*)(int, const void *, size_t, off64_t))dlsym(RTLD_NEXT, "pwrite64");
  return write_fault(descriptor, (off_t)(offset + (off64_t)count)) == 0 ? real(descriptor, bytes, count, offset) : -1;
}
