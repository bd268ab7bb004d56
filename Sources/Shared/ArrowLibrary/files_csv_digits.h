#pragma once
// Numbers written in plain digits, the common case of what a CSV file holds.
//
// A double of 17 digits takes 13 ns here, where Arrow's StringToFloat takes 20: decimals are read
// eight at a time, no branch depends on what differs from number to number (sign, zeros in front,
// the exact length), and one product says how to round in all but 2 of 1024 cases. What is written
// in another way (an exponent, 20 digits, `inf`) or lies too near to the middle of two doubles is
// left to the caller and Arrow. The row of the benchmark that reads CSV shows it.
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>

static_assert(
    std::endian::native == std::endian::little, "the first of eight digits is the lowest byte");

namespace roost {

/// As many digits as fit into 64 bits whatever they are.
constexpr size_t kMostDigits = 19;

/// Appends the digits at the start of a text to `value`, which wraps around when there are more
/// than 19. Returns where they end.
inline const char *read_digits(const char *text, const char *end, uint64_t *value) {
  for (; text != end; ++text) {
    const auto digit = static_cast<uint8_t>(*text - '0');
    if (digit > 9) break;
    *value = *value * 10 + digit;
  }
  return text;
}

constexpr uint64_t kEightZeros = 0x3030303030303030;

/// Eight bytes of text as a number; false unless all are digits.
inline bool read_eight_digits(uint64_t bytes, uint64_t *number) {
  // The upper half of a digit's byte is 3, and still is when 6 is added.
  constexpr uint64_t kUpperHalves = 0xF0F0F0F0F0F0F0F0;
  const uint64_t raised = bytes + 0x0606060606060606;
  if ((bytes & kUpperHalves) != kEightZeros || (raised & kUpperHalves) != kEightZeros) return false;
  // Neighbours, the first of which is the lower one, become a number of 2, of 4, of 8 digits.
  bytes = ((bytes - kEightZeros) * ((10 << 8) + 1)) >> 8;
  bytes = ((bytes & 0x00FF00FF00FF00FF) * ((100 << 16) + 1)) >> 16;
  *number = ((bytes & 0x0000FFFF0000FFFF) * ((uint64_t{10'000} << 32) + 1)) >> 32;
  return true;
}

constexpr std::array<uint64_t, 8> kPowersOfTen = {1,      10,      100,       1'000,
                                                  10'000, 100'000, 1'000'000, 10'000'000};

/// Appends a text of nothing but digits to `value`, eight at a time; false when it has others. The
/// eight bytes before `end` must be readable.
inline bool append_digits(const char *text, const char *end, uint64_t *value) {
  uint64_t bytes, number;
  for (; end - text >= 8; text += 8) {
    std::memcpy(&bytes, text, 8);
    if (!read_eight_digits(bytes, &number)) return false;
    *value = *value * 100'000'000 + number;
  }
  // The rest without a branch on its length, which no processor can guess: what stands before it is
  // replaced by zeros.
  const auto rest = static_cast<size_t>(end - text);
  std::memcpy(&bytes, end - 8, 8);
  const uint64_t kept = (~uint64_t{0} << (63 - 8 * rest)) << 1;
  if (!read_eight_digits((bytes & kept) | (kEightZeros & ~kept), &number)) return false;
  *value = *value * kPowersOfTen[rest] + number;
  return true;
}

/// Whether `text` is an integer of at most 18 digits, and which.
inline bool read_plain_number(const char *text, size_t size, int64_t *value) {
  const char *const end = text + size;
  const bool is_negative = size > 0 && *text == '-';
  text += is_negative;
  const auto count = static_cast<size_t>(end - text);
  uint64_t digits = 0;
  if (count == 0 || count >= kMostDigits || read_digits(text, end, &digits) != end) return false;
  const auto magnitude = static_cast<int64_t>(digits);
  *value = is_negative ? -magnitude : magnitude;
  return true;
}

/// 1 / 5^k as `reciprocal` * 2^-(63 + bits), rounded down.
struct PowerOfFive {
  uint64_t reciprocal;
  int bits;
};

/// 5^27 is the last one that 64 bits hold.
constexpr size_t kMostDecimals = 27;

constexpr std::array<PowerOfFive, kMostDecimals + 1> make_powers_of_five() {
  std::array<PowerOfFive, kMostDecimals + 1> powers{};
  uint64_t power = 1;
  // Not 5^0, whose reciprocal takes 65 bits: nothing is divided by it.
  for (size_t exponent = 1; exponent < powers.size(); ++exponent) {
    power *= 5;
    const int bits = std::bit_width(power);
    const auto dividend = static_cast<unsigned __int128>(1) << (63 + bits);
    powers[exponent] = {static_cast<uint64_t>(dividend / power), bits};
  }
  return powers;
}

inline constexpr auto kPowersOfFive = make_powers_of_five();

/// The double nearest to `digits` / 10^`decimals`, when one product is enough to say which it is.
/// Both are not 0, and `decimals` is at most 27.
inline bool divide_by_power_of_ten(uint64_t digits, size_t decimals, double *quotient) {
  const PowerOfFive &power = kPowersOfFive[decimals];
  const int zeros = std::countl_zero(digits);
  // The quotient, times a power of two, is `high` or less than 2 above it: the product is cut off,
  // and the reciprocal is less than 1 too small.
  const auto high = static_cast<uint64_t>(
      (static_cast<unsigned __int128>(digits << zeros) * power.reciprocal) >> 64);
  // A double has 53 bits; the bits behind them say how to round.
  const int shift = 10 + static_cast<int>(high >> 63);
  const uint64_t half = uint64_t{1} << (shift - 1);
  const uint64_t behind = high & (2 * half - 1);
  if (behind == half - 1 || behind == half) return false;
  const uint64_t significand = (high >> shift) + (high >> (shift - 1) & 1);
  const int exponent = shift + 1 - zeros - power.bits - static_cast<int>(decimals);
  // The first of the 53 bits is implied. A significand that was rounded up to 2^53 carries into the
  // exponent, as it should.
  const auto biased = static_cast<uint64_t>(exponent + 52 + 1023);
  *quotient = std::bit_cast<double>((biased << 52) + (significand - (uint64_t{1} << 52)));
  return true;
}

/// Whether `text` is digits, with or without decimals, that can be read fast, and which double.
inline bool read_plain_number(const char *text, size_t size, double *value) {
  const char *const end = text + size;
  const uint64_t is_negative = size > 0 && *text == '-';
  text += is_negative;
  uint64_t digits = 0;
  const char *next = read_digits(text, end, &digits);
  auto count = static_cast<size_t>(next - text);
  if (count == 0 || count > kMostDigits) return false;
  size_t decimals = 0;
  if (next != end) {
    const char *const fraction = next + 1;
    if (*next != '.' || fraction == end) return false;
    next = fraction;
    decimals = static_cast<size_t>(end - fraction);
    count += decimals;
    if (count > kMostDigits && digits == 0) {
      // Zeros in front take none of the 19 digits.
      while (next != end && *next == '0') ++next;
      count = static_cast<size_t>(end - next);
    }
    if (count > kMostDigits || decimals > kMostDecimals) return false;
    // Few bytes may be the first of all, with none before them.
    if (size < 8) {
      if (read_digits(next, end, &digits) != end) return false;
    } else if (!append_digits(next, end, &digits)) {
      return false;
    }
  }
  double magnitude = static_cast<double>(digits);
  if (digits != 0 && decimals != 0 && !divide_by_power_of_ten(digits, decimals, &magnitude))
    return false;
  // Not as a choice: half of all numbers may be negative.
  *value = std::bit_cast<double>(std::bit_cast<uint64_t>(magnitude) | is_negative << 63);
  return true;
}

}  // namespace roost
