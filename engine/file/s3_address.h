#pragma once

#include <arrow/result.h>

#include <string>
#include <string_view>

namespace redshift {

/// An object's place: "s3://bucket/a/b.csv" is bucket "bucket", key "a/b.csv".
struct S3Url {
  std::string bucket;
  std::string key;

  std::string ToString() const { return "s3://" + bucket + "/" + key; }
};

/// Invalid unless it is "s3://bucket/key" with neither part empty.
arrow::Result<S3Url> ParseS3Url(std::string_view url);

/// Where an S3 API other than Amazon's answers: "http://127.0.0.1:9000".
struct S3Endpoint {
  std::string scheme;     // "http" or "https"
  std::string authority;  // host, and port where one was given
};

/// `text`: "[http[s]://]host[:port][/]"; https without a scheme. Invalid with user names, paths or queries;
/// `setting` says in the message what the text was given as.
arrow::Result<S3Endpoint> ParseS3Endpoint(std::string_view text, std::string_view setting = "'aws.endpoint'");

}  // namespace redshift
