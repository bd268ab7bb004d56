/// A page: what it shows, and what stands around it.
package struct Page: Sendable {
  package enum Section: Sendable {
    case jobs, cluster
  }

  package var title: String
  package var section: Section?
  /// It changes by itself while somebody looks.
  package var isLive = false
  package var main: HTML

  package init(
    title: String, section: Section?, isLive: Bool = false, @HTMLBuilder main: () -> HTML
  ) {
    self.title = title
    self.section = section
    self.isLive = isLive
    self.main = main()
  }

  /// The whole document.
  package var document: String {
    "<!DOCTYPE html>\n"
      + element("html", ["lang": "en"]) {
        head
        element("body") {
          element("a", ["class": "skip", "href": "#main"]) { "Skip to content" }
          header
          element("main", ["id": "main", "tabindex": "-1", "data-live": isLive ? "" : nil]) { main }
        }
      }.text + "\n"
  }

  private var head: HTML {
    element("head") {
      emptyElement("meta", ["charset": "utf-8"])
      emptyElement(
        "meta", ["name": "viewport", "content": "width=device-width, initial-scale=1"])
      emptyElement("meta", ["name": "color-scheme", "content": "light dark"])
      element("title") { "\(title) · Roost" }
      emptyElement("link", ["rel": "icon", "href": "/assets/icon.svg", "type": "image/svg+xml"])
      emptyElement("link", ["rel": "stylesheet", "href": "/assets/style.css"])
      if isLive {
        element("script", ["src": "/assets/live.js", "defer": ""])
        element("noscript") { emptyElement("meta", ["http-equiv": "refresh", "content": "5"]) }
      }
    }
  }

  private var header: HTML {
    element("header", ["class": "top"]) {
      element("a", ["class": "brand", "href": "/"]) { "Roost" }
      element("nav", ["aria-label": "Pages"]) {
        link("/", "Jobs", isCurrent: section == .jobs)
        link("/cluster", "Cluster", isCurrent: section == .cluster)
        element("a", ["href": "/api/v1/openapi.json"]) { "API" }
        element("a", ["href": "/metrics"]) { "Metrics" }
      }
      element("span", ["id": "live-status", "class": "live", "role": "status"])
    }
  }

  private func link(_ address: String, _ text: String, isCurrent: Bool) -> HTML {
    element("a", ["href": address, "aria-current": isCurrent ? "page" : nil]) { text }
  }
}
