// What Java sees of native errors, with a table of JNI's functions that only remembers.
#include "jni/jni_bridge.h"

#include <gtest/gtest.h>

#include <cstdarg>
#include <new>
#include <stdexcept>
#include <string>
#include <system_error>

namespace redshift::jni {
namespace {

// The exception that is pending: its class and message.
struct Pending {
  std::string type;
  std::string message;
};
Pending* pending = nullptr;
std::string made_type, made_message;

jobject AsObject(const void* object) {
  return static_cast<jobject>(const_cast<void*>(object));
}

class FakeJvm {
 public:
  FakeJvm() {
    functions_.FindClass = [](JNIEnv*, const char* name) { return static_cast<jclass>(AsObject(name)); };
    functions_.NewGlobalRef = [](JNIEnv*, jobject object) { return object; };
    functions_.DeleteLocalRef = [](JNIEnv*, jobject) {};
    functions_.GetMethodID = [](JNIEnv*, jclass type, const char*, const char*) {
      return reinterpret_cast<jmethodID>(type);
    };
    functions_.ExceptionCheck = [](JNIEnv*) -> jboolean { return pending != nullptr; };
    functions_.NewString = [](JNIEnv*, const jchar* text, jsize size) {
      made_message.clear();
      for (jsize i = 0; i < size; ++i) made_message += static_cast<char>(text[i]);
      return static_cast<jstring>(AsObject(&made_message));
    };
    functions_.NewObjectV = [](JNIEnv*, jclass type, jmethodID, va_list) {
      made_type = reinterpret_cast<const char*>(type);
      return AsObject(&made_type);
    };
    functions_.Throw = [](JNIEnv*, jthrowable) -> jint {
      pending = new Pending{made_type, made_message};
      return 0;
    };
    env_.functions = &functions_;
    EXPECT_TRUE(InitializeBridge(&env_));
  }
  ~FakeJvm() { static_cast<void>(TakeException()); }

  JNIEnv* env() { return &env_; }
  Pending TakeException() {
    const Pending taken = pending == nullptr ? Pending() : *pending;
    delete std::exchange(pending, nullptr);
    return taken;
  }

 private:
  JNINativeInterface_ functions_{};
  JNIEnv env_{};
};

TEST(Guard, GivesTheValueWhereNothingFailed) {
  FakeJvm jvm;
  EXPECT_EQ(Guard(jvm.env(), JavaError::kIo, []() -> arrow::Result<int> { return 7; }), 7);
  EXPECT_EQ(pending, nullptr);
}

TEST(Guard, AnErrorBecomesAnExceptionOfItsKind) {
  FakeJvm jvm;
  GuardStatus(jvm.env(), JavaError::kIo, [] { return arrow::Status::IOError("no answer"); });
  Pending thrown = jvm.TakeException();
  EXPECT_EQ(thrown.type, "java/io/IOException");
  EXPECT_EQ(thrown.message, "no answer");
  GuardStatus(jvm.env(), JavaError::kValidation, [] { return arrow::Status::Invalid("no such column"); });
  thrown = jvm.TakeException();
  EXPECT_EQ(thrown.type, "org/apache/flink/table/api/ValidationException");
  EXPECT_EQ(thrown.message, "no such column");
}

TEST(Guard, MemoryThatRunsOutBecomesAnException) {
  FakeJvm jvm;
  EXPECT_EQ(Guard(jvm.env(), JavaError::kIo, []() -> arrow::Result<int> { throw std::bad_alloc(); }), 0);
  const Pending thrown = jvm.TakeException();
  EXPECT_EQ(thrown.type, "java/io/IOException");
  EXPECT_FALSE(thrown.message.empty());
}

TEST(Guard, WhateverIsThrownBecomesAnException) {
  FakeJvm jvm;
  GuardStatus(jvm.env(), JavaError::kIo, []() -> arrow::Status { throw std::runtime_error("a library's"); });
  EXPECT_EQ(jvm.TakeException().message, "a library's");
  GuardStatus(jvm.env(), JavaError::kIo, []() -> arrow::Status {
    throw std::system_error(std::make_error_code(std::errc::resource_unavailable_try_again));
  });
  EXPECT_NE(jvm.TakeException().message.find("starts no more threads"), std::string::npos);
  GuardStatus(jvm.env(), JavaError::kIo, []() -> arrow::Status { throw 7; });
  EXPECT_FALSE(jvm.TakeException().message.empty());
}

TEST(Guard, TheFirstExceptionStays) {
  FakeJvm jvm;
  GuardStatus(jvm.env(), JavaError::kIo, [] { return arrow::Status::IOError("first"); });
  GuardStatus(jvm.env(), JavaError::kIo, [] { return arrow::Status::IOError("second"); });
  EXPECT_EQ(jvm.TakeException().message, "first");
}

}  // namespace
}  // namespace redshift::jni
