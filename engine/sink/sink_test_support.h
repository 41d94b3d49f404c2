// For tests only: plans, staged files and binary rows.
#pragma once

#include <gtest/gtest.h>

#include <cctype>
#include <cstdint>
#include <cstring>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "engine/file/staged_file.h"
#include "engine/file/staged_output.h"
#include "engine/file/staging.h"
#include "engine/sink/sink_plan.h"
#include "engine/warehouse/redshift_local_fixture.h"

namespace redshift {

/// A name for the table of the running test: the beginning of its own name and a number.
inline std::string TestTableName() {
  static int number = 0;
  std::string name = ::testing::UnitTest::GetInstance()->current_test_info()->name();
  for (char& c : name) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return name.substr(0, 30) + "_" + std::to_string(++number);
}

/// A plan for a table of the stand-in; `columns` are names and Flink types, `primary_key` names.
inline SinkPlan PlanFor(const std::string& table, const std::string& mode,
                        const std::vector<std::pair<std::string, std::string>>& columns,
                        const std::map<std::string, std::string>& more = {},
                        const std::vector<std::string>& primary_key = {}, bool overwrite = false) {
  nlohmann::json request;
  auto options = RedshiftLocal::Get().Options();
  options["table-name"] = table;
  options["sink.write.mode"] = mode;
  for (const auto& [key, value] : more) options[key] = value;
  request["options"] = options;
  for (const auto& [name, type] : columns) request["columns"].push_back({{"name", name}, {"type", type}});
  request["primary_key"] = primary_key;
  request["overwrite"] = overwrite;
  return SinkPlan::Make(request.dump()).ValueOrDie();
}

/// Puts CSV text on S3 as the copy writer would, compressed as the plan says.
inline StagedFile StageCsv(Staging* staging, const std::string& key, const std::string& csv, int64_t rows) {
  auto output = staging->OpenOutput(key + std::string(staging->output_suffix())).ValueOrDie();
  EXPECT_TRUE(output->Write(csv).ok());
  EXPECT_TRUE(output->FinishAsync().status().ok());
  return {output->url(), output->bytes(), rows};
}

/// Rows of (BIGINT, STRING) in Flink's BinaryRowData layout, each behind its length (engine/row). Layout as
/// Flink documents it: 8 bytes of header and null bits, 8 bytes per field, variable part; little-endian.
class TestRows {
 public:
  /// `kind` is the number of Flink's RowKind: 0 +I, 1 -U, 2 +U, 3 -D.
  void Add(std::optional<int64_t> id, const std::optional<std::string>& text, uint8_t kind = 0) {
    std::vector<uint8_t> row(24, 0);
    row[0] = kind;
    if (id) {
      std::memcpy(&row[8], &*id, 8);
    } else {
      row[1] |= 1;
    }
    if (!text) {
      row[1] |= 2;
    } else if (text->size() <= 7) {
      std::memcpy(&row[16], text->data(), text->size());
      row[23] = static_cast<uint8_t>(0x80 | text->size());
    } else {
      const uint64_t place = (uint64_t{24} << 32) | text->size();
      std::memcpy(&row[16], &place, 8);
      row.insert(row.end(), text->begin(), text->end());
      while (row.size() % 8 != 0) row.push_back(0);
    }
    const auto length = static_cast<uint32_t>(row.size());
    const auto* bytes = reinterpret_cast<const uint8_t*>(&length);
    frames.insert(frames.end(), bytes, bytes + 4);
    frames.insert(frames.end(), row.begin(), row.end());
    ++count;
  }

  std::vector<uint8_t> frames;
  int64_t count = 0;
};

}  // namespace redshift
