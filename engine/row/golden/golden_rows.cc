#include "engine/row/golden/golden_rows.h"

#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <stdexcept>

namespace redshift {
namespace {

constexpr const char* kFolder = "engine/row/golden/";

std::string ReadFile(const std::string& name) {
  std::ifstream file(kFolder + name, std::ios::binary);
  if (!file) throw std::runtime_error("cannot read " + std::string(kFolder) + name);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

nlohmann::json ReadJson() {
  return nlohmann::json::parse(ReadFile("rows.json"));
}

GoldenCase ToCase(const nlohmann::json& json, const std::string& bytes) {
  GoldenCase golden;
  golden.name = json.at("name");
  std::vector<Column> columns;
  for (const auto& type : json.at("columns")) {
    columns.push_back(
        {"c" + std::to_string(columns.size()), ParseFlinkType(type.get<std::string>()).ValueOrDie()});
  }
  std::vector<std::string> key;
  if (json.contains("key")) {
    for (const auto& position : json.at("key")) key.push_back(columns[position.get<size_t>()].name);
  }
  golden.schema = TableSchema(std::move(columns), std::move(key));
  const auto begin = bytes.begin() + json.at("offset").get<int64_t>();
  golden.frames.assign(begin, begin + json.at("length").get<int64_t>());
  for (const auto& row : json.at("rows")) {
    auto& cells = golden.rows.emplace_back();
    for (const auto& cell : row) {
      if (cell.is_null()) {
        cells.emplace_back();
      } else {
        cells.push_back(GoldenValue{cell.at(0), cell.at(1)});
      }
    }
  }
  if (json.contains("kinds")) golden.kinds = json.at("kinds").get<std::vector<std::string>>();
  return golden;
}

}  // namespace

std::vector<GoldenCase> ReadGoldenCases() {
  const nlohmann::json json = ReadJson();
  const std::string bytes = ReadFile("rows.bin");
  std::vector<GoldenCase> cases;
  for (const auto& one : json.at("cases")) cases.push_back(ToCase(one, bytes));
  return cases;
}

std::vector<GoldenType> ReadGoldenTypes() {
  const nlohmann::json json = ReadJson();
  std::vector<GoldenType> types;
  for (const auto& type : json.at("types")) {
    types.push_back({type.at("text"), type.at("root"), type.at("nullable")});
  }
  return types;
}

GoldenCase ReadGoldenCase(const std::string& name) {
  for (GoldenCase& golden : ReadGoldenCases()) {
    if (golden.name == name) return golden;
  }
  throw std::runtime_error("no golden case is named " + name);
}

std::string FromHex(const std::string& hex) {
  std::string bytes;
  for (size_t i = 0; i + 1 < hex.size(); i += 2) {
    bytes += static_cast<char>(std::stoi(hex.substr(i, 2), nullptr, 16));
  }
  return bytes;
}

}  // namespace redshift
