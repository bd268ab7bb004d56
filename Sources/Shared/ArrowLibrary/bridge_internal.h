#pragma once
// What the C++ side of the bridge shares. Not for Swift: the C face is in include/.
#include "arrow_c_data.h"
#include "status.h"

#include <arrow/result.h>
#include <arrow/status.h>

#include <cstdint>
#include <exception>
#include <memory>
#include <new>
#include <string>
#include <utility>

namespace roost {

/// Where in a file something is wrong; travels in an `arrow::Status` until the C face.
class Place : public arrow::StatusDetail {
 public:
  Place(int64_t line, std::string column) : line(line), column(std::move(column)) {}

  const char *type_id() const override { return "roost::Place"; }
  std::string ToString() const override;

  /// Counted from 1; 0 when it is not known.
  const int64_t line;
  /// Empty when it is not known.
  const std::string column;
};

/// The file is not what its name or its first bytes promise, at a place in it.
arrow::Status invalid_at(int64_t line, std::string column, std::string message);

/// The same status with a column, for errors of one column that do not name it.
arrow::Status in_column(const arrow::Status &status, const std::string &column);

/// Classifies a status and moves its text into memory that Swift frees.
roost_status to_c(const arrow::Status &status) noexcept;

roost_status out_of_memory() noexcept;

/// Runs a body that returns an `arrow::Status`; nothing that it throws goes further.
template <typename Body>
roost_status guarded(Body &&body) noexcept {
  try {
    return to_c(body());
  } catch (const std::bad_alloc &) {
    return out_of_memory();
  } catch (const std::exception &error) {
    return to_c(arrow::Status::UnknownError(error.what()));
  } catch (...) {
    return to_c(arrow::Status::UnknownError("an exception without a message"));
  }
}

}  // namespace roost
