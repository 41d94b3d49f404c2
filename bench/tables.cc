#include "bench/tables.h"

#include <array>
#include <random>
#include <string>

#include "bench/binary_row_builder.h"

namespace redshift {
namespace {

constexpr size_t kBufferBytes = 1 << 20;
constexpr int kBuffers = 16;

constexpr std::array<const char*, 40> kWords = {
    "furiously",  "carefully",    "quickly",      "blithely",  "slyly", "final",       "ironic",  "regular",
    "express",    "special",      "pending",      "bold",      "even",  "silent",      "unusual", "deposits",
    "requests",   "accounts",     "packages",     "foxes",     "ideas", "theodolites", "pinto",   "beans",
    "asymptotes", "dependencies", "instructions", "platelets", "the",   "about",       "above",   "according",
    "across",     "after",        "against",      "along",     "are",   "cajole",      "haggle",  "sleep"};

constexpr std::array<const char*, 12> kPhrases = {"Payment received",
                                                  "Gr\xC3\xBC\xC3\x9F"
                                                  "e aus K\xC3\xB6ln",
                                                  "order shipped, awaiting carrier",
                                                  "customer said \"call back\"",
                                                  "\xE6\x9D\xB1\xE4\xBA\xAC",
                                                  "\xD0\x97\xD0\xB0\xD0\xBA\xD0\xB0\xD0\xB7",
                                                  "returned",
                                                  "\xF0\x9F\x9A\x80 launched",
                                                  "temperature out of range",
                                                  "login",
                                                  "signature missing",
                                                  "cart abandoned after 3 items"};

std::string Sentence(std::mt19937_64& random, size_t bytes) {
  std::string text;
  while (text.size() < bytes) {
    if (!text.empty()) text += ' ';
    text += kWords[random() % kWords.size()];
  }
  text.resize(bytes);
  if (text.back() == ' ') text.back() = '.';
  return text;
}

TableSchema SchemaOf(const std::vector<std::pair<const char*, const char*>>& columns) {
  std::vector<Column> result;
  result.reserve(columns.size());
  for (const auto& [name, type] : columns) result.push_back({name, ParseFlinkType(type).ValueOrDie()});
  return TableSchema(std::move(result));
}

RedshiftType TypeFor(const FlinkType& type) {
  switch (type.kind) {
    case TypeKind::kBoolean:
      return {.kind = RedshiftKind::kBoolean};
    case TypeKind::kInt:
      return {.kind = RedshiftKind::kInteger};
    case TypeKind::kBigInt:
      return {.kind = RedshiftKind::kBigInt};
    case TypeKind::kDouble:
      return {.kind = RedshiftKind::kDouble};
    case TypeKind::kDecimal:
      return {.kind = RedshiftKind::kDecimal, .precision = type.precision, .scale = type.scale};
    case TypeKind::kDate:
      return {.kind = RedshiftKind::kDate};
    case TypeKind::kTimestamp:
      return {.kind = RedshiftKind::kTimestamp};
    default:
      return {.kind = RedshiftKind::kVarchar, .length = 256};
  }
}

BenchTable Fill(const char* name, TableSchema schema, auto&& add_row) {
  BenchTable table;
  table.target = {"public", name, {}};
  for (const Column& column : schema.columns())
    table.target.columns.push_back({column.name, TypeFor(column.type)});
  BinaryRowBuilder builder(schema.columns().size());
  for (int i = 0; i < kBuffers; ++i) {
    while (builder.frames().size() < kBufferBytes) {
      add_row(builder);
      builder.EndRow();
    }
    table.buffers.push_back({builder.frames(), builder.row_count()});
    builder.Clear();
  }
  table.schema = std::move(schema);
  return table;
}

}  // namespace

BenchTable LineItems() {
  const TableSchema schema = SchemaOf({{"l_orderkey", "BIGINT"},
                                       {"l_partkey", "BIGINT"},
                                       {"l_suppkey", "BIGINT"},
                                       {"l_linenumber", "INT"},
                                       {"l_quantity", "DECIMAL(15, 2)"},
                                       {"l_extendedprice", "DECIMAL(15, 2)"},
                                       {"l_discount", "DECIMAL(15, 2)"},
                                       {"l_tax", "DECIMAL(15, 2)"},
                                       {"l_returnflag", "CHAR(1)"},
                                       {"l_linestatus", "CHAR(1)"},
                                       {"l_shipdate", "DATE"},
                                       {"l_commitdate", "DATE"},
                                       {"l_receiptdate", "DATE"},
                                       {"l_shipinstruct", "CHAR(25)"},
                                       {"l_shipmode", "CHAR(10)"},
                                       {"l_comment", "VARCHAR(44)"}});
  constexpr std::array<const char*, 4> kInstructions = {"DELIVER IN PERSON", "COLLECT COD", "NONE",
                                                        "TAKE BACK RETURN"};
  constexpr std::array<const char*, 7> kModes = {"REG AIR", "AIR", "RAIL", "SHIP", "TRUCK", "MAIL", "FOB"};
  std::mt19937_64 random(1);
  int64_t order = 0;
  int32_t line = 7;
  return Fill("lineitem", schema, [&](BinaryRowBuilder& row) {
    if (line > static_cast<int32_t>(random() % 7)) {
      order += 1 + static_cast<int64_t>(random() % 25);
      line = 0;
    }
    const int64_t quantity = 1 + static_cast<int64_t>(random() % 50);
    const int32_t shipped = 8036 + static_cast<int32_t>(random() % 2520);
    row.AddBigInt(order);
    row.AddBigInt(1 + static_cast<int64_t>(random() % 200000));
    row.AddBigInt(1 + static_cast<int64_t>(random() % 10000));
    row.AddInt(++line);
    row.AddDecimal(quantity * 100);
    row.AddDecimal(quantity * static_cast<int64_t>(90000 + random() % 110000));
    row.AddDecimal(static_cast<int64_t>(random() % 11));
    row.AddDecimal(static_cast<int64_t>(random() % 9));
    row.AddText(random() % 2 == 0 ? "N" : random() % 2 == 0 ? "R" : "A");
    row.AddText(random() % 2 == 0 ? "O" : "F");
    row.AddInt(shipped);
    row.AddInt(shipped + static_cast<int32_t>(random() % 60) - 30);
    row.AddInt(shipped + 1 + static_cast<int32_t>(random() % 30));
    row.AddText(kInstructions[random() % kInstructions.size()]);
    row.AddText(kModes[random() % kModes.size()]);
    row.AddText(Sentence(random, 10 + random() % 34));
  });
}

BenchTable Events() {
  const TableSchema schema = SchemaOf({{"id", "BIGINT NOT NULL"},
                                       {"kind", "INT"},
                                       {"score", "DOUBLE"},
                                       {"amount", "DECIMAL(10, 2)"},
                                       {"source", "STRING"},
                                       {"message", "STRING"},
                                       {"day", "DATE"},
                                       {"happened", "TIMESTAMP(6)"},
                                       {"valid", "BOOLEAN"}});
  std::mt19937_64 random(2);
  int64_t id = 1000000000;
  int64_t micros = 1767225600000000;  // 2026-01-01
  return Fill("events", schema, [&](BinaryRowBuilder& row) {
    const auto is_null = [&] { return random() % 10 == 0; };
    micros += static_cast<int64_t>(random() % 20000);
    row.AddBigInt(++id);
    is_null() ? row.AddNull() : row.AddInt(static_cast<int32_t>(random() % 500));
    is_null() ? row.AddNull() : row.AddDouble(static_cast<double>(random() % 1000000) / 1000.0);
    is_null() ? row.AddNull() : row.AddDecimal(static_cast<int64_t>(random() % 10000000));
    is_null() ? row.AddNull() : row.AddText("sensor-" + std::to_string(random() % 5000));
    is_null() ? row.AddNull() : row.AddText(kPhrases[random() % kPhrases.size()]);
    is_null() ? row.AddNull() : row.AddInt(static_cast<int32_t>(micros / 86400000000));
    is_null() ? row.AddNull() : row.AddTimestamp(micros);
    is_null() ? row.AddNull() : row.AddBoolean(random() % 2 == 0);
  });
}

}  // namespace redshift
