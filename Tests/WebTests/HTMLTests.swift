import Testing
import Web

@Suite struct HTMLTests {
  @Test func textNeverBecomesMarkup() {
    let markup = element("p", ["title": "a \"b\" <c> 'd' & e"]) {
      "<script>alert('x')</script> & more"
    }
    #expect(
      markup.text
        == "<p title=\"a &quot;b&quot; &lt;c&gt; &#39;d&#39; &amp; e\">&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt; "
        + "&amp; more</p>")
  }

  @Test func attributesThatAreNilAreLeftOut() {
    #expect(
      element("a", ["href": "/", "class": nil, "download": ""]).text
        == "<a href=\"/\" download=\"\"></a>")
  }

  @Test func charactersThatHTMLLacksAreShownAsOneThatStandsForThem() {
    #expect(HTML("a\u{0}b\u{1B}c\nd\té☃️").text == "a\u{FFFD}b\u{FFFD}c\nd\té☃️")
  }
}
