#include "compute.h"

#include <arrow/array/concatenate.h>
#include <arrow/array/util.h>
#include <arrow/c/bridge.h>
#include <arrow/chunked_array.h>
#include <arrow/compute/api.h>
#include <arrow/record_batch.h>

#include <memory>
#include <string>
#include <vector>

#include "bridge_internal.h"

namespace compute = arrow::compute;

namespace {

arrow::Result<arrow::Datum> import_datum(const roost_datum &datum) {
  if (datum.kind == ROOST_DATUM_BATCH) {
    ARROW_ASSIGN_OR_RAISE(auto batch, arrow::ImportRecordBatch(datum.array, datum.schema));
    return arrow::Datum(std::move(batch));
  }
  ARROW_ASSIGN_OR_RAISE(auto array, arrow::ImportArray(datum.array, datum.schema));
  if (datum.kind == ROOST_DATUM_COLUMN) return arrow::Datum(std::move(array));
  ARROW_ASSIGN_OR_RAISE(auto scalar, array->GetScalar(0));
  return arrow::Datum(std::move(scalar));
}

std::string to_string(const roost_text &text) {
  return text.count > 0 ? std::string(text.bytes, static_cast<size_t>(text.count)) : std::string();
}

/// Null stands for the function's defaults.
arrow::Result<std::unique_ptr<compute::FunctionOptions>> make_options(
    const roost_function_options &options, const std::shared_ptr<arrow::DataType> &result_type) {
  switch (options.kind) {
    case ROOST_OPTIONS_NONE:
      return nullptr;
    case ROOST_OPTIONS_CAST:
      return std::make_unique<compute::CastOptions>(compute::CastOptions::Safe(result_type));
    case ROOST_OPTIONS_ROUNDING_CAST: {
      auto cast = compute::CastOptions::Safe(result_type);
      cast.allow_float_truncate = true;
      cast.allow_decimal_truncate = true;
      return std::make_unique<compute::CastOptions>(cast);
    }
    case ROOST_OPTIONS_MATCH:
      return std::make_unique<compute::MatchSubstringOptions>(
          to_string(options.text), options.flag != 0);
    case ROOST_OPTIONS_REPLACE:
      return std::make_unique<compute::ReplaceSubstringOptions>(
          to_string(options.text), to_string(options.second_text), options.number);
    case ROOST_OPTIONS_SPLIT:
      return std::make_unique<compute::SplitPatternOptions>(to_string(options.text));
    case ROOST_OPTIONS_TRIM:
      return std::make_unique<compute::TrimOptions>(to_string(options.text));
    case ROOST_OPTIONS_JOIN:
      return std::make_unique<compute::JoinOptions>(
          options.flag != 0 ? compute::JoinOptions::SKIP : compute::JoinOptions::EMIT_NULL);
    case ROOST_OPTIONS_LOOKUP: {
      ARROW_ASSIGN_OR_RAISE(auto values, import_datum(options.values));
      return std::make_unique<compute::SetLookupOptions>(
          std::move(values), compute::SetLookupOptions::INCONCLUSIVE);
    }
    case ROOST_OPTIONS_CALENDAR_UNIT:
      if (options.number < 0 || options.number > static_cast<int64_t>(compute::CalendarUnit::YEAR))
        return arrow::Status::Invalid("no calendar unit ", options.number);
      return std::make_unique<compute::RoundTemporalOptions>(
          1, static_cast<compute::CalendarUnit>(options.number));
    case ROOST_OPTIONS_DAY_OF_WEEK:
      return std::make_unique<compute::DayOfWeekOptions>(
          options.flag != 0, static_cast<uint32_t>(options.number));
  }
  return arrow::Status::Invalid("no options of kind ", static_cast<int>(options.kind));
}

arrow::Status export_result(
    const arrow::Datum &result, const std::shared_ptr<arrow::DataType> &type, ArrowArray *out) {
  if (result.kind() == arrow::Datum::RECORD_BATCH)
    return arrow::ExportRecordBatch(*result.record_batch(), out);
  arrow::Datum typed = result;
  if (!result.type()->Equals(*type)) {
    ARROW_ASSIGN_OR_RAISE(typed, compute::Cast(result, type, compute::CastOptions::Safe()));
  }
  if (typed.is_scalar()) {
    ARROW_ASSIGN_OR_RAISE(auto array, arrow::MakeArrayFromScalar(*typed.scalar(), 1));
    return arrow::ExportArray(*array, out);
  }
  if (typed.kind() == arrow::Datum::CHUNKED_ARRAY) {
    const auto &chunks = typed.chunked_array()->chunks();
    if (chunks.empty()) {
      ARROW_ASSIGN_OR_RAISE(auto empty, arrow::MakeEmptyArray(type));
      return arrow::ExportArray(*empty, out);
    }
    ARROW_ASSIGN_OR_RAISE(auto whole, arrow::Concatenate(chunks));
    return arrow::ExportArray(*whole, out);
  }
  return arrow::ExportArray(*typed.make_array(), out);
}

}  // namespace

extern "C" roost_status roost_call_function(
    const char *name, const roost_datum *arguments, int64_t argument_count,
    const roost_function_options *options, ArrowSchema *result_type, ArrowArray *result) {
  return roost::guarded([&]() -> arrow::Status {
    std::vector<arrow::Datum> datums;
    datums.reserve(static_cast<size_t>(argument_count));
    for (int64_t index = 0; index < argument_count; ++index) {
      ARROW_ASSIGN_OR_RAISE(auto datum, import_datum(arguments[index]));
      datums.push_back(std::move(datum));
    }
    ARROW_ASSIGN_OR_RAISE(auto type, arrow::ImportType(result_type));
    ARROW_ASSIGN_OR_RAISE(auto function_options, make_options(*options, type));
    compute::ExecContext context;
    context.set_use_threads(false);
    ARROW_ASSIGN_OR_RAISE(
        auto value,
        compute::CallFunction(name, datums, function_options.get(), &context));
    return export_result(value, type, result);
  });
}

extern "C" roost_status roost_concatenate(
    ArrowArray **arrays, int64_t count, ArrowSchema *type, ArrowArray *result) {
  return roost::guarded([&]() -> arrow::Status {
    ARROW_ASSIGN_OR_RAISE(auto array_type, arrow::ImportType(type));
    arrow::ArrayVector imported;
    imported.reserve(static_cast<size_t>(count));
    for (int64_t index = 0; index < count; ++index) {
      ARROW_ASSIGN_OR_RAISE(auto array, arrow::ImportArray(arrays[index], array_type));
      imported.push_back(std::move(array));
    }
    ARROW_ASSIGN_OR_RAISE(auto whole, arrow::Concatenate(imported));
    return arrow::ExportArray(*whole, result);
  });
}
