import Plan
import Wire

/// What a client asks for and is to be told, one thing after the other: the next is looked at when the socket has taken the
/// answer to the last. So a client that asks and reads nothing costs one answer, not one for each request.
struct ClientConversation {
  let requests: FrameWindow
  /// Jobs that the client follows and that have ended.
  private var ended: [JobID] = []
  /// Whether an answer is on its way.
  var isAnswering = false
  /// Whether that answer is still being made.
  var awaitsAnswer = false

  enum Turn {
    case tell(JobID)
    case answer(Frame)
  }

  init(requests: FrameWindow) { self.requests = requests }

  mutating func add(ended job: JobID) { ended.append(job) }

  /// What is next; nil while an answer is on its way, or when nothing is left.
  mutating func next() -> Turn? {
    guard !isAnswering else { return nil }
    if !ended.isEmpty { return .tell(ended.removeFirst()) }
    return requests.popIfThere().map { .answer($0) }
  }
}
