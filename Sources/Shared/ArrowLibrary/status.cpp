#include "status.h"

#include <arrow/compute/initialize.h>
#include <arrow/io/interfaces.h>
#include <arrow/memory_pool.h>
#include <arrow/util/io_util.h>
#include <arrow/util/thread_pool.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>

#include "bridge_internal.h"

namespace roost {

namespace {

char *copy(const std::string &text) { return strdup(text.c_str()); }

roost_code code_of(const arrow::Status &status) {
  switch (arrow::internal::ErrnoFromStatus(status)) {
    case ENOENT:
    case ENOTDIR:
      return ROOST_NOT_FOUND;
    case EACCES:
    case EPERM:
    case EROFS:
      return ROOST_PERMISSION;
    case EEXIST:
    case ENOTEMPTY:
      return ROOST_ALREADY_EXISTS;
    default:
      break;
  }
  switch (status.code()) {
    case arrow::StatusCode::OK:
      return ROOST_OK;
    case arrow::StatusCode::Invalid:
    case arrow::StatusCode::TypeError:
    case arrow::StatusCode::SerializationError:
    case arrow::StatusCode::IndexError:
    case arrow::StatusCode::KeyError:
    case arrow::StatusCode::CapacityError:
      return ROOST_INVALID;
    case arrow::StatusCode::IOError:
      return ROOST_IO_ERROR;
    case arrow::StatusCode::AlreadyExists:
      return ROOST_ALREADY_EXISTS;
    case arrow::StatusCode::OutOfMemory:
      return ROOST_OUT_OF_MEMORY;
    case arrow::StatusCode::NotImplemented:
      return ROOST_NOT_IMPLEMENTED;
    default:
      return ROOST_UNKNOWN;
  }
}

const Place *place_of(const arrow::Status &status) {
  return dynamic_cast<const Place *>(status.detail().get());
}

}  // namespace

std::string Place::ToString() const {
  std::string text = line > 0 ? "line " + std::to_string(line) : std::string();
  if (!column.empty()) text += (text.empty() ? "column " : ", column ") + column;
  return text;
}

arrow::Status invalid_at(int64_t line, std::string column, std::string message) {
  return arrow::Status(
      arrow::StatusCode::Invalid, std::move(message),
      std::make_shared<Place>(line, std::move(column)));
}

arrow::Status in_column(const arrow::Status &status, const std::string &column) {
  if (status.ok()) return status;
  const Place *place = place_of(status);
  return status.WithDetail(std::make_shared<Place>(place ? place->line : 0, column));
}

roost_status to_c(const arrow::Status &status) noexcept {
  if (status.ok()) return {ROOST_OK, nullptr, 0, nullptr};
  try {
    roost_status result{code_of(status), copy(status.message()), 0, nullptr};
    if (const Place *place = place_of(status)) {
      result.line = place->line;
      if (!place->column.empty()) result.column = copy(place->column);
    }
    return result;
  } catch (const std::exception &) {
    return out_of_memory();
  }
}

roost_status out_of_memory() noexcept {
  return {ROOST_OUT_OF_MEMORY, strdup("out of memory"), 0, nullptr};
}

}  // namespace roost

extern "C" roost_status roost_initialize() {
  // Slots are threads of the engine: Arrow's own would only compete with them. One I/O thread stays
  // for what Arrow does in the background with object stores.
  static const arrow::Status once = []() -> arrow::Status {
    ARROW_RETURN_NOT_OK(arrow::compute::Initialize());
    ARROW_RETURN_NOT_OK(arrow::SetCpuThreadPoolCapacity(1));
    return arrow::io::SetIOThreadPoolCapacity(1);
  }();
  return roost::guarded([] { return once; });
}

extern "C" void roost_release_unused_memory() { arrow::default_memory_pool()->ReleaseUnused(); }
