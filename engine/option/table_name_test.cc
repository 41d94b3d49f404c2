#include "engine/option/table_name.h"

#include <gtest/gtest.h>

namespace redshift {
namespace {

TEST(ParseTableName, TakesSchemaAndTableApart) {
  const std::pair<const char*, TableName> names[] = {
      {"orders", {"public", "orders"}},
      {"sales.orders", {"sales", "orders"}},
      {"Sales.ORDERS", {"sales", "orders"}},
      {"\"Sales\".\"My Orders\"", {"sales", "my orders"}},
      {"sales.\"a.b\"", {"sales", "a.b"}},
      {"\"say \"\"hi\"\"\"", {"public", "say \"hi\""}},
      {"stra\xC3\x9F"
       "e",
       {"public",
        "stra\xC3\x9F"
        "e"}},
      {"my-table", {"public", "my-table"}},
  };
  for (const auto& [text, name] : names) {
    const auto parsed = ParseTableName(text);
    ASSERT_TRUE(parsed.ok()) << text << ": " << parsed.status();
    EXPECT_EQ(*parsed, name) << text;
  }
  EXPECT_EQ(ParseTableName("t", "staging")->schema, "staging");
}

TEST(ParseTableName, RefusesOtherForms) {
  for (const char* text :
       {"", ".", "a.", ".a", "a.b.c", "\"open", "\"\"", "\"a\"b", "a b", "a\"b", "#temp", "a . b"}) {
    EXPECT_FALSE(ParseTableName(text).ok()) << text;
  }
  EXPECT_TRUE(ParseTableName(std::string(127, 'x')).ok());
  EXPECT_FALSE(ParseTableName(std::string(128, 'x')).ok());
}

}  // namespace
}  // namespace redshift
