/// Why there is nothing else to see.
enum ErrorPage {
  static func page(_ error: WebError) -> Page {
    Page(title: error.title, section: nil) {
      element("h1") { error.title }
      element("p") { sentence(error.detail) }
      element("p") {
        link("/", "All jobs")
        " · "
        link("/cluster", "The cluster")
      }
    }
  }

  private static func sentence(_ text: String) -> String {
    let sentence = text.prefix(1).uppercased() + text.dropFirst()
    return sentence.hasSuffix(".") ? sentence : sentence + "."
  }
}
