// What every native method needs: bytes in and out, and errors as Java exceptions.
#pragma once

#include <arrow/result.h>
#include <jni.h>

#include <exception>
#include <string>
#include <string_view>
#include <utility>

namespace redshift::jni {

/// The Java classes an error can become.
enum class JavaError {
  kValidation,  ///< org.apache.flink.table.api.ValidationException: the table's definition is wrong
  kIo,          ///< java.io.IOException
};

/// Finds the classes once. To be called from JNI_OnLoad; false with a Java exception pending.
bool InitializeBridge(JNIEnv* env);

/// Raises the exception in Java, to be seen when the native method returns.
void Throw(JNIEnv* env, JavaError kind, std::string_view message) noexcept;

/// Copies a Java byte[]; null becomes an empty string.
std::string FromJava(JNIEnv* env, jbyteArray bytes);
/// Null with a Java exception pending when the heap is full.
jbyteArray ToJava(JNIEnv* env, std::string_view bytes);

/// Runs the body of a native method, which returns arrow::Result<T>, and returns its value. An error Status
/// and a C++ exception become a Java exception of the given kind; the value is then T().
template <typename Body>
auto Guard(JNIEnv* env, JavaError kind, Body&& body) noexcept ->
    typename decltype(std::forward<Body>(body)())::ValueType {
  try {
    auto result = std::forward<Body>(body)();
    if (result.ok()) return std::move(result).ValueUnsafe();
    Throw(env, kind, result.status().message());
  } catch (const std::exception& error) {
    Throw(env, kind, error.what());
  } catch (...) {
    Throw(env, kind, "The native engine failed for an unknown reason.");
  }
  return {};
}

/// The same for a body that returns arrow::Status.
template <typename Body>
void GuardStatus(JNIEnv* env, JavaError kind, Body&& body) noexcept {
  Guard(env, kind, [&]() -> arrow::Result<bool> {
    ARROW_RETURN_NOT_OK(std::forward<Body>(body)());
    return true;
  });
}

}  // namespace redshift::jni
