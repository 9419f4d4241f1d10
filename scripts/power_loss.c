/* What a program asked of its disk, written down call by call: for tests that cut its power.
 *
 * Loaded before the C library (LD_PRELOAD) it passes every call on unchanged and appends a record of each that changes a
 * file or a folder below POWER_ROOT, or forces one to the disk, to the file POWER_TRACE. scripts/power_loss.py reads the
 * records and builds what a power cut may have left.
 *
 * One lock is held over a call and its record, so the order of the records is the order of the calls: whatever an fsync
 * covered stands above it. A process killed in between leaves a call without its record; nobody was told of that one.
 * The environment is read once; a program without POWER_TRACE is left alone.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

enum { CREATED = 1, WROTE, RESIZED, SYNCED, RENAMED, REMOVED, MADE_FOLDER, LINKED, MAPPED };

/* Little-endian on everything we run on; scripts/power_loss.py reads it as "<IBQQQQQQII". */
struct __attribute__((packed)) record {
  uint32_t magic;
  uint8_t what;
  uint64_t at_ns;                  /* CLOCK_MONOTONIC, once the call was done */
  uint64_t device, inode;          /* of the file or folder */
  uint64_t folder, other;          /* inodes: of the folder that names it; of the one it was in before */
  uint64_t number;                 /* an offset, or a size */
  uint32_t first, second;          /* bytes that follow: data or a name; another name */
};
#define MAGIC 0x52575050u
#define MOST_FDS 65536

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static char root[PATH_MAX];
static size_t root_length;
static int trace = -1;
static unsigned char watched[MOST_FDS]; /* by descriptor: a file below the root that may be written */

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

__attribute__((constructor)) static void begin(void) {
  const char *folder = getenv("POWER_ROOT"), *path = getenv("POWER_TRACE");
  if (folder == NULL || path == NULL || realpath(folder, root) == NULL) return;
  root_length = strlen(root);
  int found = REAL(open)(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (found < 0) abort();
  /* High up: programs close and reuse low numbers. */
  trace = fcntl(found, F_DUPFD_CLOEXEC, 900);
  REAL(close)(found);
  if (trace < 0) abort();
}

static int below(const char *path) {
  return strncmp(path, root, root_length) == 0 && (path[root_length] == '/' || path[root_length] == 0);
}

/* The folder that names `path`, as an absolute path without links, and the last part; 0 when it is not below the root. */
static int placed(int at, const char *path, char *folder, const char **name) {
  char joined[PATH_MAX * 2] = "";
  if (trace < 0 || path == NULL) return 0;
  if (path[0] != '/' && at != AT_FDCWD) {
    char link[64];
    snprintf(link, sizeof link, "/proc/self/fd/%d", at);
    ssize_t length = readlink(link, joined, PATH_MAX - 1);
    if (length < 0) return 0;
    joined[length] = 0;
    strcat(joined, "/");
  }
  strncat(joined, path, PATH_MAX - 1);
  char *slash = strrchr(joined, '/');
  const char *last = slash == NULL ? joined : slash + 1;
  static __thread char kept[NAME_MAX + 1];
  snprintf(kept, sizeof kept, "%.*s", NAME_MAX, last);
  *name = kept;
  if (slash != NULL) *slash = 0;
  const char *start = slash == NULL ? "." : (joined[0] == 0 ? "/" : joined);
  int before = errno;
  int found = realpath(start, folder) != NULL && below(folder);
  errno = before;
  return found;
}

static uint64_t inode_of(const char *folder) {
  struct stat found;
  return stat(folder, &found) == 0 ? found.st_ino : 0;
}

static void note(int what, const struct stat *file, uint64_t folder, uint64_t other, uint64_t number, const void *first,
                 size_t first_length, const void *second, size_t second_length) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  struct record head = {
      MAGIC,  what,   (uint64_t)now.tv_sec * 1000000000u + now.tv_nsec, file ? file->st_dev : 0, file ? file->st_ino : 0,
      folder, other, number, (uint32_t)first_length, (uint32_t)second_length};
  struct iovec parts[3] = {{&head, sizeof head}, {(void *)first, first_length}, {(void *)second, second_length}};
  int before = errno;
  ssize_t whole = (ssize_t)(sizeof head + first_length + second_length);
  if (REAL(writev)(trace, parts, 3) != whole) abort(); /* a torn record would make every later one a lie */
  errno = before;
}

/* --- files ------------------------------------------------------------------------------------------------------- */

static int opened(int (*call)(int, const char *, int, mode_t), int at, const char *path, int flags, mode_t mode) {
  char folder[PATH_MAX];
  const char *name;
  if (trace < 0 || (flags & O_ACCMODE) == O_RDONLY || !placed(at, path, folder, &name)) {
    int descriptor = call(at, path, flags, mode);
    if (descriptor >= 0 && descriptor < MOST_FDS) watched[descriptor] = 0;
    return descriptor;
  }
  pthread_mutex_lock(&lock);
  struct stat before, after;
  int was_there = fstatat(at, path, &before, 0) == 0;
  int descriptor = call(at, path, flags, mode);
  int error = errno;
  if (descriptor >= 0 && fstat(descriptor, &after) == 0 && S_ISREG(after.st_mode)) {
    if (descriptor >= MOST_FDS) abort();
    watched[descriptor] = 1;
    if (!was_there) note(CREATED, &after, inode_of(folder), 0, 0, name, strlen(name), NULL, 0);
    else if (flags & O_TRUNC) note(RESIZED, &after, 0, 0, 0, NULL, 0, NULL, 0);
  }
  errno = error;
  pthread_mutex_unlock(&lock);
  return descriptor;
}

static int really_openat(int at, const char *path, int flags, mode_t mode) { return REAL(openat)(at, path, flags, mode); }

#define MODE(flags) \
  mode_t mode = 0; \
  if ((flags) & (O_CREAT | O_TMPFILE)) { \
    va_list more; \
    va_start(more, flags); \
    mode = va_arg(more, mode_t); \
    va_end(more); \
  }

int open(const char *path, int flags, ...) { MODE(flags) return opened(really_openat, AT_FDCWD, path, flags, mode); }
int open64(const char *path, int flags, ...) { MODE(flags) return opened(really_openat, AT_FDCWD, path, flags, mode); }
int openat(int at, const char *path, int flags, ...) { MODE(flags) return opened(really_openat, at, path, flags, mode); }
int openat64(int at, const char *path, int flags, ...) { MODE(flags) return opened(really_openat, at, path, flags, mode); }
int __open_2(const char *path, int flags) { return opened(really_openat, AT_FDCWD, path, flags, 0); }
int __open64_2(const char *path, int flags) { return opened(really_openat, AT_FDCWD, path, flags, 0); }
int __openat_2(int at, const char *path, int flags) { return opened(really_openat, at, path, flags, 0); }
int __openat64_2(int at, const char *path, int flags) { return opened(really_openat, at, path, flags, 0); }
int creat(const char *path, mode_t mode) {
  return opened(really_openat, AT_FDCWD, path, O_CREAT | O_WRONLY | O_TRUNC, mode);
}
int creat64(const char *path, mode_t mode) { return creat(path, mode); }

int close(int descriptor) {
  if (descriptor == trace && trace >= 0) return 0; /* a program that closes all it inherited must not end the record */
  if (descriptor >= 0 && descriptor < MOST_FDS) watched[descriptor] = 0;
  return REAL(close)(descriptor);
}

static void copied(int from, int to) {
  if (to >= 0 && to < MOST_FDS) watched[to] = from >= 0 && from < MOST_FDS && watched[from];
}
int dup(int from) { int to = REAL(dup)(from); copied(from, to); return to; }
int dup2(int from, int to) { int made = REAL(dup2)(from, to); copied(from, made); return made; }
int dup3(int from, int to, int flags) { int made = REAL(dup3)(from, to, flags); copied(from, made); return made; }
/* Its third argument is a number or a pointer; passed on as it came. */
static int controlled(int (*call)(int, int, ...), int descriptor, int command, void *with) {
  int made = call(descriptor, command, with);
  if (command == F_DUPFD || command == F_DUPFD_CLOEXEC) copied(descriptor, made);
  return made;
}
#define WITH(command) \
  va_list more; \
  va_start(more, command); \
  void *with = va_arg(more, void *); \
  va_end(more);
int fcntl(int descriptor, int command, ...) { WITH(command) return controlled(REAL(fcntl), descriptor, command, with); }
int fcntl64(int descriptor, int command, ...) { WITH(command) return controlled(REAL(fcntl64), descriptor, command, with); }

static int is_watched(int descriptor) { return trace >= 0 && descriptor >= 0 && descriptor < MOST_FDS && watched[descriptor]; }

static void note_written(int descriptor, off_t start, const void *data, size_t length) {
  struct stat file;
  if (fstat(descriptor, &file) == 0) note(WROTE, &file, 0, 0, (uint64_t)start, data, length, NULL, 0);
}

#define WRITING(descriptor, call, start_of, data) \
  if (!is_watched(descriptor)) return call; \
  pthread_mutex_lock(&lock); \
  ssize_t done = call; \
  int error = errno; \
  if (done > 0) note_written(descriptor, start_of, data, (size_t)done); \
  errno = error; \
  pthread_mutex_unlock(&lock); \
  return done;

ssize_t write(int descriptor, const void *data, size_t length) {
  WRITING(descriptor, REAL(write)(descriptor, data, length), lseek(descriptor, 0, SEEK_CUR) - done, data)
}
ssize_t pwrite(int descriptor, const void *data, size_t length, off_t at) {
  WRITING(descriptor, REAL(pwrite)(descriptor, data, length, at), at, data)
}
ssize_t pwrite64(int descriptor, const void *data, size_t length, off_t at) {
  WRITING(descriptor, REAL(pwrite64)(descriptor, data, length, at), at, data)
}

/* Scattered and copied data is read back from the file: one more descriptor, since this one may be write-only. */
static void note_range(int descriptor, off_t start, size_t length) {
  char link[64];
  snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
  int reading = REAL(open)(link, O_RDONLY | O_CLOEXEC);
  char *data = malloc(length);
  if (reading < 0 || data == NULL || pread(reading, data, length, start) != (ssize_t)length) abort();
  note_written(descriptor, start, data, length);
  free(data);
  REAL(close)(reading);
}

#define COPYING(descriptor, call, start_of) \
  if (!is_watched(descriptor)) return call; \
  pthread_mutex_lock(&lock); \
  ssize_t done = call; \
  int error = errno; \
  if (done > 0) note_range(descriptor, start_of, (size_t)done); \
  errno = error; \
  pthread_mutex_unlock(&lock); \
  return done;

ssize_t writev(int descriptor, const struct iovec *parts, int count) {
  COPYING(descriptor, REAL(writev)(descriptor, parts, count), lseek(descriptor, 0, SEEK_CUR) - done)
}
ssize_t pwritev(int descriptor, const struct iovec *parts, int count, off_t at) {
  COPYING(descriptor, REAL(pwritev)(descriptor, parts, count, at), at)
}
ssize_t pwritev64(int descriptor, const struct iovec *parts, int count, off_t at) {
  COPYING(descriptor, REAL(pwritev64)(descriptor, parts, count, at), at)
}
ssize_t sendfile(int to, int from, off_t *at, size_t count) {
  COPYING(to, REAL(sendfile)(to, from, at, count), lseek(to, 0, SEEK_CUR) - done)
}
ssize_t sendfile64(int to, int from, off64_t *at, size_t count) {
  COPYING(to, REAL(sendfile64)(to, from, at, count), lseek(to, 0, SEEK_CUR) - done)
}
ssize_t copy_file_range(int from, off64_t *from_at, int to, off64_t *to_at, size_t count, unsigned flags) {
  COPYING(to, REAL(copy_file_range)(from, from_at, to, to_at, count, flags),
          (to_at == NULL ? lseek(to, 0, SEEK_CUR) : *to_at) - done)
}

#define RESIZING(descriptor, call) \
  if (!is_watched(descriptor)) return call; \
  pthread_mutex_lock(&lock); \
  int done = call; \
  int error = errno; \
  struct stat file; \
  if (done == 0 && fstat(descriptor, &file) == 0) note(RESIZED, &file, 0, 0, (uint64_t)file.st_size, NULL, 0, NULL, 0); \
  errno = error; \
  pthread_mutex_unlock(&lock); \
  return done;

int ftruncate(int descriptor, off_t size) { RESIZING(descriptor, REAL(ftruncate)(descriptor, size)) }
int ftruncate64(int descriptor, off64_t size) { RESIZING(descriptor, REAL(ftruncate64)(descriptor, size)) }
int fallocate(int descriptor, int mode, off_t at, off_t length) {
  RESIZING(descriptor, REAL(fallocate)(descriptor, mode, at, length))
}
int fallocate64(int descriptor, int mode, off64_t at, off64_t length) {
  RESIZING(descriptor, REAL(fallocate64)(descriptor, mode, at, length))
}
int posix_fallocate(int descriptor, off_t at, off_t length) {
  RESIZING(descriptor, REAL(posix_fallocate)(descriptor, at, length))
}
int posix_fallocate64(int descriptor, off64_t at, off64_t length) {
  RESIZING(descriptor, REAL(posix_fallocate64)(descriptor, at, length))
}

/* Writing through memory cannot be seen from here: said, so that whoever reads the records can refuse to believe them. */
static void note_mapped(int descriptor, int protection, int flags) {
  struct stat file;
  if (!is_watched(descriptor) || !(protection & PROT_WRITE) || !(flags & MAP_SHARED)) return;
  pthread_mutex_lock(&lock);
  if (fstat(descriptor, &file) == 0) note(MAPPED, &file, 0, 0, 0, NULL, 0, NULL, 0);
  pthread_mutex_unlock(&lock);
}
void *mmap(void *at, size_t length, int protection, int flags, int descriptor, off_t from) {
  void *made = REAL(mmap)(at, length, protection, flags, descriptor, from);
  note_mapped(descriptor, protection, flags);
  return made;
}
void *mmap64(void *at, size_t length, int protection, int flags, int descriptor, off64_t from) {
  void *made = REAL(mmap64)(at, length, protection, flags, descriptor, from);
  note_mapped(descriptor, protection, flags);
  return made;
}

/* --- to the disk ------------------------------------------------------------------------------------------------- */

#define SYNCING(descriptor, call) \
  if (trace < 0) return call; \
  struct stat file; \
  if (fstat(descriptor, &file) != 0 || !(S_ISREG(file.st_mode) || S_ISDIR(file.st_mode))) return call; \
  pthread_mutex_lock(&lock); \
  int done = call; \
  int error = errno; \
  if (done == 0) note(SYNCED, &file, 0, 0, 0, NULL, 0, NULL, 0); \
  errno = error; \
  pthread_mutex_unlock(&lock); \
  return done;

int fsync(int descriptor) { SYNCING(descriptor, REAL(fsync)(descriptor)) }
int fdatasync(int descriptor) { SYNCING(descriptor, REAL(fdatasync)(descriptor)) }

/* --- names ------------------------------------------------------------------------------------------------------- */

static int moved(int from_at, const char *from, int to_at, const char *to, unsigned flags) {
  char folder[PATH_MAX], other[PATH_MAX], before_name[NAME_MAX + 1];
  const char *name, *old;
  int was_inside = placed(from_at, from, other, &old);
  if (was_inside) snprintf(before_name, sizeof before_name, "%s", old);
  int is_inside = placed(to_at, to, folder, &name);
  pthread_mutex_lock(&lock);
  struct stat file;
  int known = fstatat(from_at, from, &file, AT_SYMLINK_NOFOLLOW) == 0;
  uint64_t into = is_inside ? inode_of(folder) : 0, out_of = was_inside ? inode_of(other) : 0;
  int done = flags ? REAL(renameat2)(from_at, from, to_at, to, flags) : REAL(renameat)(from_at, from, to_at, to);
  int error = errno;
  if (done == 0 && known && (was_inside || is_inside))
    note(RENAMED, &file, into, out_of, 0, is_inside ? name : "", is_inside ? strlen(name) : 0,
         was_inside ? before_name : "", was_inside ? strlen(before_name) : 0);
  errno = error;
  pthread_mutex_unlock(&lock);
  return done;
}
int rename(const char *from, const char *to) { return moved(AT_FDCWD, from, AT_FDCWD, to, 0); }
int renameat(int from_at, const char *from, int to_at, const char *to) { return moved(from_at, from, to_at, to, 0); }
int renameat2(int from_at, const char *from, int to_at, const char *to, unsigned flags) {
  return moved(from_at, from, to_at, to, flags);
}

#define NAMING(what, at, path, call, state_first) \
  char folder[PATH_MAX]; \
  const char *name; \
  if (!placed(at, path, folder, &name)) return call; \
  pthread_mutex_lock(&lock); \
  struct stat file; \
  memset(&file, 0, sizeof file); \
  if (state_first) fstatat(at, path, &file, AT_SYMLINK_NOFOLLOW); \
  int done = call; \
  int error = errno; \
  if (!(state_first)) fstatat(at, path, &file, AT_SYMLINK_NOFOLLOW); \
  if (done == 0) note(what, &file, inode_of(folder), 0, 0, name, strlen(name), NULL, 0); \
  errno = error; \
  pthread_mutex_unlock(&lock); \
  return done;

int unlink(const char *path) { NAMING(REMOVED, AT_FDCWD, path, REAL(unlink)(path), 1) }
int unlinkat(int at, const char *path, int flags) { NAMING(REMOVED, at, path, REAL(unlinkat)(at, path, flags), 1) }
int rmdir(const char *path) { NAMING(REMOVED, AT_FDCWD, path, REAL(rmdir)(path), 1) }
int remove(const char *path) { NAMING(REMOVED, AT_FDCWD, path, REAL(remove)(path), 1) }
int mkdir(const char *path, mode_t mode) { NAMING(MADE_FOLDER, AT_FDCWD, path, REAL(mkdir)(path, mode), 0) }
int mkdirat(int at, const char *path, mode_t mode) { NAMING(MADE_FOLDER, at, path, REAL(mkdirat)(at, path, mode), 0) }
int link(const char *from, const char *path) { NAMING(LINKED, AT_FDCWD, path, REAL(link)(from, path), 0) }
int linkat(int from_at, const char *from, int at, const char *path, int flags) {
  NAMING(LINKED, at, path, REAL(linkat)(from_at, from, at, path, flags), 0)
}
