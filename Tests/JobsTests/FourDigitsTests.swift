import Jobs
import Testing

@Suite struct FourDigitsTests {
  @Test(arguments: [
    (306.386720140787, "306.4"), (416.25, "416.2"), (9.9996, "10.00"), (0.0123456, "0.01235"), (12345.6, "12350"),
    (0, "0"), (9999.96, "10000"), (-3.14159, "-3.142"), (1e15, "1.000e+15"), (1.234567e-9, "1.235e-09"),
    (.infinity, "inf"), (.nan, "nan"),
  ])
  func lossesHaveFourSignificantDigits(number: Double, text: String) {
    #expect(number.fourDigits == text)
  }
}
