// docs/security.md, for tests of what it says.
#pragma once

#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>
#include <string>
#include <vector>

namespace redshift::testing {

inline const std::string& SecurityDocument() {
  static const std::string document = [] {
    std::ifstream file("docs/security.md");
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
  }();
  return document;
}

/// The blocks of JSON that follow `marker`, all of them.
inline std::vector<nlohmann::json> DocumentedPolicies(const std::string& marker = "") {
  const std::string& document = SecurityDocument();
  const std::string fence = marker + "```json\n";
  std::vector<nlohmann::json> policies;
  for (size_t at = document.find(fence); at != std::string::npos; at = document.find(fence, at)) {
    at += fence.size();
    const std::string text = document.substr(at, document.find("```", at) - at);
    policies.push_back(nlohmann::json::parse(text, nullptr, /*allow_exceptions=*/false));
    EXPECT_FALSE(policies.back().is_discarded()) << text;
  }
  return policies;
}

/// The one that follows "<!-- policy: NAME -->".
inline nlohmann::json DocumentedPolicy(const std::string& name) {
  const std::vector<nlohmann::json> policies = DocumentedPolicies("<!-- policy: " + name + " -->\n");
  EXPECT_EQ(policies.size(), 1u) << name;
  return policies.empty() ? nlohmann::json() : policies.front();
}

/// A field of a policy that is a text or a list of texts.
inline std::set<std::string> TextsOf(const nlohmann::json& value) {
  if (value.is_string()) return {value.get<std::string>()};
  return value.get<std::set<std::string>>();
}

}  // namespace redshift::testing
