// From the many layouts that files hold to the one that the engine has for each type.
#include <arrow/array.h>
#include <arrow/builder.h>
#include <arrow/compute/api.h>
#include <arrow/extension_type.h>

#include <algorithm>
#include <limits>

#include "bridge_internal.h"
#include "files_internal.h"

namespace compute = arrow::compute;

namespace roost {

namespace {

using ArrayResult = arrow::Result<std::shared_ptr<arrow::Array>>;

const std::shared_ptr<arrow::DataType> &utc_microseconds() {
  static const auto type = arrow::timestamp(arrow::TimeUnit::MICRO, "UTC");
  return type;
}

arrow::Status unsupported(const arrow::DataType &type) {
  return arrow::Status::NotImplemented(
      "the type ", type.ToString(),
      " has no equal here; declare a schema that leaves the column out");
}

ArrayResult cast(
    const std::shared_ptr<arrow::Array> &array, const std::shared_ptr<arrow::DataType> &type) {
  compute::ExecContext context;
  context.set_use_threads(false);
  ARROW_ASSIGN_OR_RAISE(
      auto result, compute::Cast(array, type, compute::CastOptions::Safe(), &context));
  return result.make_array();
}

/// Instants are counted in UTC whatever zone a file shows them in, so a zone changes no value.
/// (Arrow's own casts between zones would look for a time zone database on the host.)
ArrayResult to_utc_microseconds(const std::shared_ptr<arrow::Array> &array) {
  const auto unit = static_cast<const arrow::TimestampType &>(*array->type()).unit();
  ARROW_ASSIGN_OR_RAISE(auto plain, array->View(arrow::timestamp(unit)));
  const auto microseconds = arrow::timestamp(arrow::TimeUnit::MICRO);
  if (unit == arrow::TimeUnit::NANO) {
    // Rounded down, also before 1970, so that the order of two instants stays.
    compute::RoundTemporalOptions options(1, compute::CalendarUnit::MICROSECOND);
    ARROW_ASSIGN_OR_RAISE(auto floored, compute::FloorTemporal(plain, options));
    plain = floored.make_array();
  }
  ARROW_ASSIGN_OR_RAISE(plain, cast(plain, microseconds));
  return plain->View(utc_microseconds());
}

/// Copies the values of valid rows. Arrow's casts (26.0) from views also follow what lies under
/// nulls, which no validation looks at.
template <typename ViewArray>
ArrayResult from_view(const arrow::Array &array, const std::shared_ptr<arrow::DataType> &target) {
  const auto &views = static_cast<const ViewArray &>(array);
  ARROW_ASSIGN_OR_RAISE(const auto made, arrow::MakeBuilder(target));
  auto &builder = static_cast<arrow::BinaryBuilder &>(*made);
  ARROW_RETURN_NOT_OK(builder.Reserve(views.length()));
  for (int64_t row = 0; row < views.length(); ++row) {
    if (views.IsNull(row)) {
      builder.UnsafeAppendNull();
    } else {
      ARROW_RETURN_NOT_OK(builder.Append(views.GetView(row)));
    }
  }
  return builder.Finish();
}

/// As from_view, for lists.
template <typename ViewArray>
ArrayResult from_list_view(const arrow::Array &array) {
  const auto &views = static_cast<const ViewArray &>(array);
  ARROW_ASSIGN_OR_RAISE(const auto made, arrow::MakeBuilder(arrow::list(views.value_type())));
  auto &builder = static_cast<arrow::ListBuilder &>(*made);
  const arrow::ArraySpan elements(*views.values()->data());
  for (int64_t row = 0; row < views.length(); ++row) {
    if (views.IsNull(row)) {
      ARROW_RETURN_NOT_OK(builder.AppendNull());
    } else {
      ARROW_RETURN_NOT_OK(builder.Append());
      ARROW_RETURN_NOT_OK(builder.value_builder()->AppendArraySlice(
          elements, views.value_offset(row), views.value_length(row)));
    }
  }
  return builder.Finish();
}

ArrayResult as_plain_list(const std::shared_ptr<arrow::Array> &array) {
  switch (array->type_id()) {
    case arrow::Type::LIST:
      return array;
    case arrow::Type::LIST_VIEW:
      return from_list_view<arrow::ListViewArray>(*array);
    case arrow::Type::LARGE_LIST_VIEW:
      return from_list_view<arrow::LargeListViewArray>(*array);
    default:
      return cast(array, arrow::list(array->type()->field(0)->type()));
  }
}

ArrayResult to_list(
    const std::shared_ptr<arrow::Array> &array, const std::shared_ptr<arrow::DataType> &target) {
  ARROW_ASSIGN_OR_RAISE(const auto lists, as_plain_list(array));
  const auto &list = static_cast<const arrow::ListArray &>(*lists);
  const auto &target_element = static_cast<const arrow::ListType &>(*target).value_type();
  ARROW_ASSIGN_OR_RAISE(auto values, to_canonical(list.values(), target_element));
  auto data = list.data()->Copy();
  data->type = target;
  data->child_data = {values->data()};
  return arrow::MakeArray(data);
}

bool holds_all_values(const arrow::DataType &wide, const arrow::DataType &narrow) {
  const auto from = narrow.id();
  const auto to = wide.id();
  if (arrow::is_signed_integer(from)) {
    if (arrow::is_signed_integer(to)) return wide.bit_width() >= narrow.bit_width();
    return to == arrow::Type::DOUBLE && narrow.bit_width() <= 32;
  }
  if (from == arrow::Type::DECIMAL128 && to == arrow::Type::DECIMAL128) {
    const auto &a = static_cast<const arrow::DecimalType &>(wide);
    const auto &b = static_cast<const arrow::DecimalType &>(narrow);
    return a.scale() >= b.scale() && a.precision() - a.scale() >= b.precision() - b.scale();
  }
  return from == arrow::Type::FLOAT && to == arrow::Type::DOUBLE;
}

/// Whether a column goes on as it is, as indices into a dictionary: the engine takes those of 32 bits
/// into strings or binaries without nulls, few beside the rows, that written out do not pass what
/// 32-bit offsets reach.
bool keeps_dictionary(const arrow::Array &array, const arrow::DataType &target) {
  if (array.type_id() != arrow::Type::DICTIONARY) return false;
  const auto &type = static_cast<const arrow::DictionaryType &>(*array.type());
  if (type.index_type()->id() != arrow::Type::INT32 || !type.value_type()->Equals(target) ||
      (target.id() != arrow::Type::STRING && target.id() != arrow::Type::BINARY))
    return false;
  const auto &dictionary = static_cast<const arrow::DictionaryArray &>(array).dictionary();
  constexpr int64_t kRowsPerEntry = 4;
  if (dictionary->length() == 0 || dictionary->null_count() > 0 ||
      dictionary->length() * kRowsPerEntry > array.length())
    return false;
  const auto &entries = static_cast<const arrow::BinaryArray &>(*dictionary);
  int64_t longest = 0;
  for (int64_t entry = 0; entry < entries.length(); ++entry)
    longest = std::max<int64_t>(longest, entries.value_length(entry));
  return longest <= std::numeric_limits<int32_t>::max() / array.length();
}

}  // namespace

arrow::Result<std::shared_ptr<arrow::DataType>> canonical_type(
    const std::shared_ptr<arrow::DataType> &type) {
  switch (type->id()) {
    case arrow::Type::NA:
    case arrow::Type::BOOL:
    case arrow::Type::INT8:
    case arrow::Type::INT16:
    case arrow::Type::INT32:
    case arrow::Type::INT64:
    case arrow::Type::FLOAT:
    case arrow::Type::DOUBLE:
    case arrow::Type::STRING:
    case arrow::Type::BINARY:
    case arrow::Type::DATE32:
      return type;
    // Unsigned integers go to the next type that holds them all, as in Spark.
    case arrow::Type::UINT8:
      return arrow::int16();
    case arrow::Type::UINT16:
      return arrow::int32();
    case arrow::Type::UINT32:
      return arrow::int64();
    case arrow::Type::UINT64:
      return arrow::decimal128(20, 0);
    case arrow::Type::HALF_FLOAT:
      return arrow::float32();
    case arrow::Type::LARGE_STRING:
    case arrow::Type::STRING_VIEW:
      return arrow::utf8();
    case arrow::Type::LARGE_BINARY:
    case arrow::Type::BINARY_VIEW:
    case arrow::Type::FIXED_SIZE_BINARY:
      return arrow::binary();
    case arrow::Type::DATE64:
      return arrow::date32();
    case arrow::Type::TIMESTAMP:
      return utc_microseconds();
    case arrow::Type::DECIMAL32:
    case arrow::Type::DECIMAL64:
    case arrow::Type::DECIMAL128:
    case arrow::Type::DECIMAL256: {
      const auto &decimal = static_cast<const arrow::DecimalType &>(*type);
      if (decimal.precision() > 38 || decimal.scale() < 0 || decimal.scale() > decimal.precision())
        return unsupported(*type);
      return arrow::decimal128(decimal.precision(), decimal.scale());
    }
    case arrow::Type::DICTIONARY:
      return canonical_type(static_cast<const arrow::DictionaryType &>(*type).value_type());
    case arrow::Type::EXTENSION:
      return canonical_type(static_cast<const arrow::ExtensionType &>(*type).storage_type());
    case arrow::Type::LIST:
    case arrow::Type::LARGE_LIST:
    case arrow::Type::LIST_VIEW:
    case arrow::Type::LARGE_LIST_VIEW:
    case arrow::Type::FIXED_SIZE_LIST: {
      ARROW_ASSIGN_OR_RAISE(auto element, canonical_type(type->field(0)->type()));
      return arrow::list(arrow::field("item", std::move(element)));
    }
    default:
      return unsupported(*type);
  }
}

arrow::Result<std::shared_ptr<arrow::Schema>> canonical_schema(
    const arrow::Schema &schema, const roost_names *names) {
  const auto is_wanted = [&](const std::string &name) {
    return names == nullptr || std::find(names->names, names->names + names->count, name) !=
                                   names->names + names->count;
  };
  arrow::FieldVector fields;
  for (const auto &field : schema.fields()) {
    if (!is_wanted(field->name())) continue;
    auto type = canonical_type(field->type());
    if (!type.ok()) return in_column(type.status(), field->name());
    fields.push_back(arrow::field(field->name(), *type));
  }
  return arrow::schema(std::move(fields));
}

ArrayResult to_canonical(
    const std::shared_ptr<arrow::Array> &array, const std::shared_ptr<arrow::DataType> &target) {
  switch (array->type_id()) {
    case arrow::Type::EXTENSION:
      return to_canonical(static_cast<const arrow::ExtensionArray &>(*array).storage(), target);
    case arrow::Type::DICTIONARY: {
      const auto &type = static_cast<const arrow::DictionaryType &>(*array->type());
      ARROW_ASSIGN_OR_RAISE(auto values, cast(array, type.value_type()));
      return to_canonical(values, target);
    }
    default:
      break;
  }
  if (array->type()->Equals(*target)) return array;
  ARROW_ASSIGN_OR_RAISE(const auto canonical, canonical_type(array->type()));
  if (!canonical->Equals(*target) && !holds_all_values(*target, *canonical) &&
      canonical->id() != arrow::Type::LIST)
    return arrow::Status::Invalid(
        "the file holds ", type_name(*array->type()), " where ", type_name(*target),
        " was expected");
  switch (canonical->id()) {
    case arrow::Type::TIMESTAMP:
      return to_utc_microseconds(array);
    case arrow::Type::LIST:
      if (target->id() == arrow::Type::LIST) return to_list(array, target);
      return arrow::Status::Invalid(
          "the file holds a list where ", type_name(*target), " was expected");
    default:
      break;
  }
  switch (array->type_id()) {
    case arrow::Type::STRING_VIEW:
      return from_view<arrow::StringViewArray>(*array, target);
    case arrow::Type::BINARY_VIEW:
      return from_view<arrow::BinaryViewArray>(*array, target);
    default:
      return cast(array, target);
  }
}

arrow::Result<std::shared_ptr<arrow::RecordBatch>> to_canonical(
    const arrow::RecordBatch &batch, const std::shared_ptr<arrow::Schema> &schema) {
  arrow::FieldVector fields;
  arrow::ArrayVector columns;
  columns.reserve(static_cast<size_t>(schema->num_fields()));
  for (const auto &field : schema->fields()) {
    const auto found = batch.GetColumnByName(field->name());
    if (found == nullptr)
      return invalid_at(0, field->name(), "the file has no such column, or more than one");
    auto column =
        keeps_dictionary(*found, *field->type()) ? found : to_canonical(found, field->type());
    if (!column.ok()) return in_column(column.status(), field->name());
    columns.push_back(*std::move(column));
    fields.push_back(field->WithType(columns.back()->type()));
  }
  return arrow::RecordBatch::Make(
      arrow::schema(std::move(fields)), batch.num_rows(), std::move(columns));
}

arrow::Status validate_strings(const arrow::RecordBatch &batch) {
  for (int index = 0; index < batch.num_columns(); ++index) {
    const auto &column = batch.column(index);
    const arrow::DataType *type = column->type().get();
    while (type->id() == arrow::Type::LIST) type = type->field(0)->type().get();
    if ((type->id() == arrow::Type::STRING || type->id() == arrow::Type::DICTIONARY) &&
        !column->ValidateFull().ok())
      return invalid_at(0, batch.column_name(index), "the text is not UTF-8");
  }
  return arrow::Status::OK();
}

std::string type_name(const arrow::DataType &type) {
  switch (type.id()) {
    case arrow::Type::NA:
      return "void";
    case arrow::Type::BOOL:
      return "boolean";
    case arrow::Type::INT8:
      return "byte";
    case arrow::Type::INT16:
      return "short";
    case arrow::Type::INT32:
      return "int";
    case arrow::Type::INT64:
      return "long";
    case arrow::Type::DATE32:
      return "date";
    case arrow::Type::TIMESTAMP:
      return "timestamp";
    case arrow::Type::DECIMAL128: {
      const auto &decimal = static_cast<const arrow::DecimalType &>(type);
      return "decimal(" + std::to_string(decimal.precision()) + "," +
             std::to_string(decimal.scale()) + ")";
    }
    case arrow::Type::LIST:
      return "array<" + type_name(*type.field(0)->type()) + ">";
    default:
      return type.ToString();
  }
}

}  // namespace roost
