#include "engine/option/secret.h"

#include <fmt/format.h>
#include <fmt/ostream.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <ostream>
#include <string_view>
#include <type_traits>

namespace redshift {
namespace {

// All of this is checked when it is compiled.
template <typename T>
concept Streams = requires(std::ostream& out, const T& value) { out << value; };
template <typename T>
concept Concatenates = requires(std::string text, const T& value) { text += value; };
template <typename T>
concept ToJson = requires(nlohmann::json json, const T& value) { json = value; };
template <typename T>
concept ToText = requires(const T& value) { std::to_string(value); };

// That the questions can be answered with yes.
static_assert(Streams<std::string> && Concatenates<std::string> && ToJson<std::string>);
static_assert(ToText<int> && fmt::is_formattable<std::string>::value);

static_assert(!Streams<Secret>);
static_assert(!fmt::is_formattable<Secret>::value);
static_assert(!ToJson<Secret> && !std::is_constructible_v<nlohmann::json, Secret>);
static_assert(!Concatenates<Secret> && !ToText<Secret>);
static_assert(!std::is_convertible_v<Secret, std::string> &&
              !std::is_convertible_v<Secret, std::string_view>);
static_assert(!std::is_convertible_v<std::string, Secret>);

TEST(Secret, ShowsItselfOnlyToWhomAsks) {
  const Secret secret("Gr33n-Tea");
  EXPECT_EQ(secret.Reveal(), "Gr33n-Tea");
  EXPECT_FALSE(secret.empty());
  EXPECT_TRUE(Secret().empty());
}

}  // namespace
}  // namespace redshift
