// The native methods of org.apache.flink.connector.redshift.internal.NativeEngine: unpack, one call, convert.
#include <jni.h>

#include <memory>
#include <nlohmann/json.hpp>
#include <span>
#include <string>

#include "engine/sink/committer.h"
#include "engine/sink/sink_plan.h"
#include "jni/jni_bridge.h"
#include "jni/requests.h"
#include "jni/sink_writer.h"

namespace redshift::jni {
namespace {

template <typename T>
jlong ToHandle(std::unique_ptr<T> object) {
  return reinterpret_cast<jlong>(object.release());
}

template <typename T>
T* FromHandle(jlong handle) {
  return reinterpret_cast<T*>(handle);  // NOLINT(performance-no-int-to-ptr): Java keeps it as a long
}

/// A Java array for text, or Java's own error where there is no room for one.
jbyteArray ToJavaUnlessThrown(JNIEnv* env, const std::string& text) {
  return env->ExceptionCheck() ? nullptr : ToJava(env, text);
}

jbyteArray JNICALL PlanSinkMethod(JNIEnv* env, jclass, jbyteArray request) {
  return ToJavaUnlessThrown(
      env, Guard(env, JavaError::kValidation, [&] { return PlanSink(FromJava(env, request)); }));
}

jlong JNICALL MakeWriter(JNIEnv* env, jclass, jbyteArray plan, jbyteArray context) {
  return Guard(env, JavaError::kIo, [&]() -> arrow::Result<jlong> {
    ARROW_ASSIGN_OR_RAISE(auto writer, SinkWriter::Make(FromJava(env, plan), FromJava(env, context)));
    return ToHandle(std::move(writer));
  });
}

void JNICALL StartWriter(JNIEnv* env, jclass, jlong writer) {
  GuardStatus(env, JavaError::kIo, [&] { return FromHandle<SinkWriter>(writer)->Start(); });
}

void JNICALL Write(JNIEnv* env, jclass, jlong writer, jobject buffer, jint length, jlong rows) {
  GuardStatus(env, JavaError::kIo, [&]() -> arrow::Status {
    const auto* bytes = static_cast<const uint8_t*>(env->GetDirectBufferAddress(buffer));
    if (bytes == nullptr || length < 0 || length > env->GetDirectBufferCapacity(buffer)) {
      return arrow::Status::Invalid("The rows handed over by Flink are not a direct buffer of ", length,
                                    " bytes.");
    }
    return FromHandle<SinkWriter>(writer)->Write(std::span(bytes, static_cast<size_t>(length)), rows);
  });
}

jbyteArray JNICALL Finish(JNIEnv* env, jclass, jlong writer) {
  return ToJavaUnlessThrown(
      env, Guard(env, JavaError::kIo, [&] { return FromHandle<SinkWriter>(writer)->Finish(); }));
}

void JNICALL ReadMetrics(JNIEnv* env, jclass, jlong writer, jlongArray target) {
  GuardStatus(env, JavaError::kIo, [&] {
    const SinkMetrics metrics = FromHandle<SinkWriter>(writer)->metrics();
    const jlong values[] = {metrics.rows,    metrics.bytes,       metrics.files,
                            metrics.retries, metrics.send_millis, metrics.rejected_rows};
    env->SetLongArrayRegion(target, 0, static_cast<jsize>(std::size(values)), values);
    return arrow::Status::OK();
  });
}

void JNICALL InterruptWriter(JNIEnv* env, jclass, jlong writer) {
  GuardStatus(env, JavaError::kIo, [&] {
    FromHandle<SinkWriter>(writer)->Interrupt();
    return arrow::Status::OK();
  });
}

void JNICALL CloseWriter(JNIEnv* env, jclass, jlong writer) {
  GuardStatus(env, JavaError::kIo,
              [&] { return std::unique_ptr<SinkWriter>(FromHandle<SinkWriter>(writer))->Close(); });
}

jbyteArray JNICALL MakeCommittableMethod(JNIEnv* env, jclass, jlong committer, jbyteArray request) {
  return ToJavaUnlessThrown(
      env, Guard(env, JavaError::kIo,
                 [&] { return MakeCommittable(FromHandle<Committer>(committer), FromJava(env, request)); }));
}

jlong JNICALL OpenCommitter(JNIEnv* env, jclass, jbyteArray plan_json, jbyteArray context) {
  return Guard(env, JavaError::kIo, [&]() -> arrow::Result<jlong> {
    ARROW_ASSIGN_OR_RAISE(const SinkPlan plan, SinkPlan::FromJson(FromJava(env, plan_json)));
    ARROW_ASSIGN_OR_RAISE(const WriterContext writer, WriterContextFromJson(FromJava(env, context)));
    ARROW_ASSIGN_OR_RAISE(auto committer, Committer::Make(plan, writer));
    return ToHandle(std::move(committer));
  });
}

std::string ToText(CommitOutcome::Kind kind) {
  switch (kind) {
    case CommitOutcome::Kind::kCommitted:
      return "committed";
    case CommitOutcome::Kind::kAlreadyCommitted:
      return "already-committed";
    case CommitOutcome::Kind::kSkipped:
      return "skipped";
  }
  return "";
}

jbyteArray JNICALL Commit(JNIEnv* env, jclass, jlong committer, jbyteArray committable) {
  return ToJavaUnlessThrown(
      env, Guard(env, JavaError::kIo, [&]() -> arrow::Result<std::string> {
        ARROW_ASSIGN_OR_RAISE(const CommitOutcome outcome,
                              FromHandle<Committer>(committer)->Commit(FromJava(env, committable)));
        return nlohmann::json{
            {"outcome", ToText(outcome.kind)},    {"rows", outcome.row_count}, {"attempts", outcome.attempts},
            {"millis", outcome.duration.count()}, {"note", outcome.note},      {"warning", outcome.warning}}
            .dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
      }));
}

void JNICALL InterruptCommitter(JNIEnv* env, jclass, jlong committer) {
  GuardStatus(env, JavaError::kIo, [&] {
    FromHandle<Committer>(committer)->Interrupt();
    return arrow::Status::OK();
  });
}

void JNICALL CloseCommitter(JNIEnv* env, jclass, jlong committer) {
  GuardStatus(env, JavaError::kIo,
              [&] { return std::unique_ptr<Committer>(FromHandle<Committer>(committer))->Close(); });
}

template <typename Function>
JNINativeMethod Method(const char* name, const char* signature, Function* function) {
  return {const_cast<char*>(name), const_cast<char*>(signature), reinterpret_cast<void*>(function)};
}

/// Registered by hand, as the library exports nothing but JNI_OnLoad.
bool RegisterMethods(JNIEnv* env) {
  const JNINativeMethod methods[] = {
      Method("planSink", "([B)[B", PlanSinkMethod),
      Method("makeWriter", "([B[B)J", MakeWriter),
      Method("startWriter", "(J)V", StartWriter),
      Method("write", "(JLjava/nio/ByteBuffer;IJ)V", Write),
      Method("finish", "(J)[B", Finish),
      Method("readMetrics", "(J[J)V", ReadMetrics),
      Method("interruptWriter", "(J)V", InterruptWriter),
      Method("closeWriter", "(J)V", CloseWriter),
      Method("makeCommittable", "(J[B)[B", MakeCommittableMethod),
      Method("openCommitter", "([B[B)J", OpenCommitter),
      Method("commit", "(J[B)[B", Commit),
      Method("interruptCommitter", "(J)V", InterruptCommitter),
      Method("closeCommitter", "(J)V", CloseCommitter),
  };
  jclass engine = env->FindClass("org/apache/flink/connector/redshift/internal/NativeEngine");
  return engine != nullptr &&
         env->RegisterNatives(engine, methods, static_cast<jint>(std::size(methods))) == 0;
}

}  // namespace
}  // namespace redshift::jni

extern "C" JNIEXPORT jint JNICALL JNI_OnLoad(JavaVM* vm, void*) {
  JNIEnv* env = nullptr;
  if (vm->GetEnv(reinterpret_cast<void**>(&env), JNI_VERSION_1_8) != JNI_OK) return JNI_ERR;
  if (!redshift::jni::InitializeBridge(env) || !redshift::jni::RegisterMethods(env)) return JNI_ERR;
  return JNI_VERSION_1_8;
}
