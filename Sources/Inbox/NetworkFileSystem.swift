internal import CInbox
package import Files
internal import Glibc

/// File systems on which other machines write without the kernel here being told.
package enum NetworkFileSystem {
  /// Values of `f_type` from statfs(2): NFS, SMB, CIFS, SMB2, 9P, Ceph, AFS, Coda, FUSE (sshfs and the like), VirtualBox's and
  /// VMware's shared folders.
  private static let types: Set<UInt32> = [
    0x6969, 0x517B, 0xFF53_4D42, 0xFE53_4D42, 0x0102_1997, 0x00C3_6400, 0x5346_414F, 0x7375_7245, 0x6573_5546,
    0x786F_4256, 0xBACB_ACBC,
  ]

  package static func contains(_ path: Path) -> Bool {
    var status = statfs()
    guard path.withCString({ statfs($0, &status) }) == 0 else { return false }
    return types.contains(UInt32(truncatingIfNeeded: status.f_type))
  }
}
