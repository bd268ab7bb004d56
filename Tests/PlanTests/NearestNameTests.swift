import Plan
import Testing

@Suite struct NearestNameTests {
  @Test(arguments: [
    ("arr_dely", "arr_delay"), ("ARR_DELAY", "arr_delay"), ("dep_daley", "dep_delay"),
    ("orgin", "origin"), ("dst", "dest"),
  ])
  func findsWhatWasMeant(written: String, meant: String) {
    #expect(nearestName(to: written, among: ["dep_delay", "arr_delay", "origin", "dest"]) == meant)
  }

  @Test func findsNothingWhereNothingIsNear() {
    #expect(nearestName(to: "temperature", among: ["dep_delay", "origin"]) == nil)
    #expect(nearestName(to: "x", among: []) == nil)
    #expect(nearestName(to: "", among: ["a", "origin"]) == nil)
    #expect(nearestName(to: "ab", among: ["cd"]) == nil)
  }

  @Test func takesTheFirstOfEquallyNearNames() {
    #expect(nearestName(to: "col3", among: ["col1", "col2"]) == "col1")
  }

  @Test func comparesLongNamesByCaseOnly() {
    let long = String(repeating: "x", count: 100)
    #expect(nearestName(to: long, among: [long.uppercased()]) == long.uppercased())
    #expect(nearestName(to: long, among: [long + "y"]) == nil)
  }
}
