#pragma once

// Why C: prctl and syscall have argument lists of variable length, and a BPF program is made of macros; Swift sees neither.

#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

/// This process, and all that it starts, can never gain rights again, by setuid programs or otherwise. 0, or -1 with errno.
static inline int CProcessSetNoNewPrivileges(void) { return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0); }

/// Caps the size of files that are written, the number of open files, and allows no core files. 0, or -1 with errno.
static inline int CProcessSetLimits(uint64_t fileBytes, uint64_t openFiles) {
  struct rlimit core = {0, 0}, file = {fileBytes, fileBytes}, open = {openFiles, openFiles};
  if (setrlimit(RLIMIT_CORE, &core) != 0) return -1;
  if (setrlimit(RLIMIT_FSIZE, &file) != 0) return -1;
  return setrlimit(RLIMIT_NOFILE, &open);
}

#define CPROCESS_DENY(name) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, __NR_##name, 0, 1), BPF_STMT(BPF_RET | BPF_K, CPROCESS_EPERM)
#define CPROCESS_EPERM (SECCOMP_RET_ERRNO | 1)

/// From now on no thread of this process can start a program, open a socket, look into other processes, or change mounts,
/// namespaces and the kernel: these calls fail with EPERM. Needs CProcessSetNoNewPrivileges first. 0, or -1 with errno.
static inline int CProcessForbidForeignCalls(void) {
#if defined(__x86_64__)
  const uint32_t architecture = AUDIT_ARCH_X86_64;
#elif defined(__aarch64__)
  const uint32_t architecture = AUDIT_ARCH_AARCH64;
#else
  return -1;
#endif
#if defined(__x86_64__) || defined(__aarch64__)
  struct sock_filter program[] = {
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, arch)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, architecture, 1, 0),
      BPF_STMT(BPF_RET | BPF_K, CPROCESS_EPERM),
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
      // x86-64 has a second set of numbers for the same calls.
      BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, 0x40000000, 0, 1),
      BPF_STMT(BPF_RET | BPF_K, CPROCESS_EPERM),
      CPROCESS_DENY(execve),
      CPROCESS_DENY(execveat),
      CPROCESS_DENY(socket),
      CPROCESS_DENY(ptrace),
      CPROCESS_DENY(process_vm_readv),
      CPROCESS_DENY(process_vm_writev),
      CPROCESS_DENY(mount),
      CPROCESS_DENY(umount2),
      CPROCESS_DENY(pivot_root),
      CPROCESS_DENY(chroot),
      CPROCESS_DENY(unshare),
      CPROCESS_DENY(setns),
      CPROCESS_DENY(bpf),
      CPROCESS_DENY(perf_event_open),
      CPROCESS_DENY(keyctl),
      CPROCESS_DENY(init_module),
      CPROCESS_DENY(finit_module),
      CPROCESS_DENY(userfaultfd),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
  };
  struct sock_fprog filter = {sizeof program / sizeof program[0], program};
  return (int)syscall(__NR_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_TSYNC, &filter);
#endif
}

#undef CPROCESS_DENY
