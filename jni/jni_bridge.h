// What every native method needs: bytes in and out, and errors as Java exceptions.
#pragma once

#include <arrow/result.h>
#include <jni.h>

#include <exception>
#include <new>
#include <string>
#include <string_view>
#include <utility>

#include "engine/wait/guarded.h"

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

/// What to do when native memory cannot be had. A text that needs none itself.
inline constexpr std::string_view kOutOfMemory =
    "The Redshift connector's native engine got no memory from the system. It keeps what waits for S3 within "
    "'sink.copy.memory', for each subtask of a sink: lower that, run fewer subtasks in a process, or "
    "give the process more ('taskmanager.memory.task.off-heap.size' keeps room for it).";

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
    Throw(env, kind, result.status().IsOutOfMemory() ? kOutOfMemory : result.status().message());
  } catch (const std::bad_alloc&) {
    Throw(env, kind, kOutOfMemory);
  } catch (const std::exception& error) {
    Throw(env, kind, TextOf(error));
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
