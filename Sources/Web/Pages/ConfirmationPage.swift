/// Asks before something is ended or lost.
package struct ConfirmationPage: Sendable {
  package var question: String
  package var consequence: String
  /// On the button.
  package var verb: String
  package var back: String

  /// `section`: where the page belongs.
  package func page(in section: Page.Section) -> Page {
    Page(title: question, section: section) {
      element("h1") { question }
      element("p") { consequence }
      // To the address of the page itself.
      element("form", ["method": "post", "class": "actions"]) {
        element("button", ["class": "danger", "type": "submit"]) { verb }
        element("a", ["class": "button", "href": back]) { "Leave it" }
      }
    }
  }

  package static func cancel(_ job: UInt64, name: String) -> ConfirmationPage {
    ConfirmationPage(
      question: "Cancel job \(job)?",
      consequence:
        "'\(name)' ends at once, and nothing of what it has computed is kept. Outputs of earlier jobs stay as they are.",
      verb: "Cancel job \(job)", back: "/jobs/\(job)")
  }

  package static func drain(_ executor: String) -> ConfirmationPage {
    ConfirmationPage(
      question: "Drain \(executor)?",
      consequence:
        "It gets no more tasks, hands what it holds to the others and ends. Nothing is lost, and no job starts again.",
      verb: "Drain \(executor)", back: "/cluster")
  }

  package static func drop(_ cachedTable: String) -> ConfirmationPage {
    ConfirmationPage(
      question: "Drop the cached table \(cachedTable)?",
      consequence:
        "Its memory is free again; jobs that read it have to wait for another job that makes it.",
      verb: "Drop \(cachedTable)", back: "/cluster")
  }
}
