// What readers of all formats share at the C face.
#include "files.h"

#include <arrow/c/bridge.h>

#include "bridge_internal.h"
#include "files_internal.h"

extern "C" roost_status roost_reader_next(roost_reader *reader, ArrowArray *batch, bool *done) {
  return roost::guarded([&]() -> arrow::Status {
    ARROW_ASSIGN_OR_RAISE(auto next, reader->batches->next());
    *done = next == nullptr;
    return next == nullptr ? arrow::Status::OK() : arrow::ExportRecordBatch(*next, batch);
  });
}

extern "C" int64_t roost_reader_quote_count(const roost_reader *reader) {
  return reader->batches->quote_count();
}

extern "C" void roost_reader_close(roost_reader *reader) { delete reader; }
