/// The candidate that somebody who wrote `name` most likely meant, or nil when none is near.
///
/// Near means: the same letters in another case, or at most one edit for each three characters of the longer
/// name. An edit inserts, removes or replaces a character or swaps two neighbours (the optimal string
/// alignment distance; Damerau 1964, Levenshtein 1966). Of equally near candidates the first wins.
///
/// O(candidates × length²). What comes from users stays cheap: names longer than 64 characters match only by
/// case, and no more than 10,000 candidates are looked at.
package func nearestName(to name: String, among candidates: some Sequence<String>) -> String? {
  let wanted = Array(name.lowercased().unicodeScalars)
  var nearest: (name: String, distance: Int)?
  for candidate in candidates.prefix(10_000) {
    let other = Array(candidate.lowercased().unicodeScalars)
    let limit = min(max(wanted.count, other.count) / 3, (nearest?.distance ?? .max) - 1)
    guard abs(wanted.count - other.count) <= limit || wanted == other else { continue }
    guard let distance = editDistance(wanted, other), distance == 0 || distance <= limit else {
      continue
    }
    if distance < nearest?.distance ?? .max { nearest = (candidate, distance) }
    if distance == 0 { break }
  }
  return nearest?.name
}

/// The number of edits between two short names; nil when they are too long to be worth the work.
private func editDistance(_ one: [Unicode.Scalar], _ other: [Unicode.Scalar]) -> Int? {
  if one == other { return 0 }
  guard one.count <= 64, other.count <= 64 else { return nil }
  var beforePrevious: [Int] = []
  var previous = Array(0...other.count)
  for i in one.indices {
    var current = [i + 1]
    current.reserveCapacity(other.count + 1)
    for j in other.indices {
      let replaced = previous[j] + (one[i] == other[j] ? 0 : 1)
      var best = min(replaced, previous[j + 1] + 1, current[j] + 1)
      if i > 0, j > 0, one[i] == other[j - 1], one[i - 1] == other[j] {
        best = min(best, beforePrevious[j - 1] + 1)
      }
      current.append(best)
    }
    beforePrevious = previous
    previous = current
  }
  return previous[other.count]
}
