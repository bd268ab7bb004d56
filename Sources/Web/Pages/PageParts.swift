import Wire

// What pages are put together from.

/// A part of a page with its heading. `id` is for links to it.
func section(_ heading: String, id: String, @HTMLBuilder _ content: () -> HTML) -> HTML {
  element("section", ["aria-labelledby": id]) {
    element("h2", ["id": id]) { heading }
    content()
  }
}

/// A figure or a table that may be wider than a phone: it scrolls, the page does not.
func scrolling(_ name: String, label: String, @HTMLBuilder _ content: () -> HTML) -> HTML {
  element(
    "div",
    [
      "class": "scroll", "data-scroll": name, "tabindex": "0", "role": "region",
      "aria-label": label,
    ], content)
}

/// What is hidden until somebody wants to see it.
func disclosure(_ summary: String, @HTMLBuilder _ content: () -> HTML) -> HTML {
  element("details") {
    element("summary") { summary }
    content()
  }
}

/// Names and values, side by side where there is room.
func facts(_ pairs: [(String, HTML)]) -> HTML {
  element("dl", ["class": "facts"]) {
    for (name, value) in pairs {
      element("div") {
        element("dt") { name }
        element("dd") { value }
      }
    }
  }
}

func note(_ text: String) -> HTML { element("p", ["class": "note"]) { text } }

func link(_ address: String, _ text: String) -> HTML {
  element("a", ["href": address]) { text }
}

/// The way up from a page.
func breadcrumbs(_ steps: [(address: String, text: String)]) -> HTML {
  element("nav", ["class": "breadcrumbs", "aria-label": "Breadcrumbs"]) {
    for step in steps {
      link(step.address, step.text)
      element("span", ["aria-hidden": "true"]) { " › " }
    }
  }
}

/// How far something is, for those who see and those who hear.
func progressBar(_ done: some BinaryInteger, of all: some BinaryInteger, label: String) -> HTML {
  element(
    "progress", ["max": "\(max(1, Int(clamping: all)))", "value": "\(done)", "aria-label": label]
  ) {
    "\(done) of \(all)"
  }
}

/// A button that sends nothing but its address.
func actionButton(_ address: String, _ text: String, isDangerous: Bool = false) -> HTML {
  element("a", ["class": isDangerous ? "button danger" : "button", "href": address]) { text }
}

extension Roost_JobState {
  var hasEnded: Bool {
    switch self {
    case .succeeded, .failed, .cancelled: true
    case .planning, .running, .unspecified, .UNRECOGNIZED: false
    }
  }

  var text: String {
    switch self {
    case .planning: "planning"
    case .running: "running"
    case .succeeded: "succeeded"
    case .failed: "failed"
    case .cancelled: "cancelled"
    case .unspecified, .UNRECOGNIZED: "unknown"
    }
  }

  /// As a word with a colour and a sign of its own.
  var badge: HTML {
    let sign =
      switch self {
      case .succeeded: "✓"
      case .failed: "✕"
      case .cancelled: "–"
      case .running: "▸"
      case .planning, .unspecified, .UNRECOGNIZED: "…"
      }
    return element("span", ["class": "badge \(text)"]) {
      element("span", ["aria-hidden": "true"]) { "\(sign) " }
      text
    }
  }
}

extension Roost_JobDescription {
  var taskCount: Int { progress.stages.reduce(0) { $0 + Int($1.tasks) } }
  var finishedTaskCount: Int { progress.stages.reduce(0) { $0 + Int($1.finished) } }
  var runningTaskCount: Int { progress.stages.reduce(0) { $0 + Int($1.running) } }
}
