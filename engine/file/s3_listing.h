// What S3 answers when it is asked what there is.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace redshift {

struct HttpAnswer;

struct ListedObject {
  std::string key;
  int64_t bytes = 0;
  std::chrono::system_clock::time_point modified;
};

/// Objects in the order of their keys, at most 1000.
struct ObjectPage {
  std::vector<ListedObject> objects;
  std::string next;  ///< asks for the next page; empty: there is none
  /// When S3 answered, by its own clock.
  std::chrono::system_clock::time_point now;
};

/// An upload in parts that was neither completed nor aborted.
struct ListedUpload {
  std::string key;
  std::string id;
  std::chrono::system_clock::time_point begun;
};

/// Where a page of uploads begins: behind this one. Both empty: at the beginning.
struct UploadMarker {
  std::string key;
  std::string id;
};

struct UploadPage {
  std::vector<ListedUpload> uploads;
  std::optional<UploadMarker> next;
  std::chrono::system_clock::time_point now;
};

/// Reads an answer of ListObjectsV2; no value when it is none.
std::optional<ObjectPage> ReadObjectPage(const HttpAnswer& answer);

/// Reads an answer of ListMultipartUploads; no value when it is none.
std::optional<UploadPage> ReadUploadPage(const HttpAnswer& answer);

}  // namespace redshift
