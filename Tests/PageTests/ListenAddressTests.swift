import Page
import Testing

struct ListenAddressTests {
  @Test(arguments: [
    ("127.0.0.1:8484", "127.0.0.1:8484", true), ("localhost:80", "127.0.0.1:80", true), ("[::1]:9", "[::1]:9", true),
    ("127.9.9.9:1", "127.9.9.9:1", true), ("0.0.0.0:8484", "0.0.0.0:8484", false), ("[::]:8484", "[::]:8484", false),
    ("192.168.1.2:0", "192.168.1.2:0", false), ("[::ffff:127.0.0.1]:1", "[::ffff:127.0.0.1]:1", false),
    ("unix:/run/easel/page.sock", "unix:/run/easel/page.sock", true),
  ])
  func anAddressSaysWhoCanCome(text: String, written: String, isLocal: Bool) throws {
    let address = try #require(ListenAddress(text))
    #expect(address.description == written)
    #expect(address.isLocal == isLocal)
  }

  /// A name would be whatever a name server makes of it.
  @Test(arguments: [
    "", "8484", ":8484", "127.0.0.1", "127.0.0.1:", "127.0.0.1:70000", "127.0.0.1:x", "example.org:80", "::1:80",
    "[::1]",
    "unix:page.sock", "127.0.0.1.evil.example:80", "0x7f.1:80",
  ])
  func anythingElseIsNone(text: String) { #expect(ListenAddress(text) == nil) }
}
