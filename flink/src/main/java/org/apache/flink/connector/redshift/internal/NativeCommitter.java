/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * You may obtain a copy of the License at
 *
 *     http://www.apache.org/licenses/LICENSE-2.0
 *
 * Unless required by applicable law or agreed to in writing, software
 * distributed under the License is distributed on an "AS IS" BASIS,
 * WITHOUT WARRANTIES OR CONDITIONS OF ANY KIND, either express or implied.
 * See the License for the specific language governing permissions and
 * limitations under the License.
 */

package org.apache.flink.connector.redshift.internal;

import org.apache.flink.annotation.Internal;

import org.apache.flink.shaded.jackson2.com.fasterxml.jackson.databind.JsonNode;
import org.apache.flink.shaded.jackson2.com.fasterxml.jackson.databind.node.ArrayNode;
import org.apache.flink.shaded.jackson2.com.fasterxml.jackson.databind.node.ObjectNode;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Makes committables and commits them. For one thread. Must be closed. */
@Internal
public final class NativeCommitter implements AutoCloseable {

    private final InterruptWatch watch =
            new InterruptWatch(() -> NativeEngine.interruptCommitter(handle()));
    private final SinkPlan plan;
    private long handle;
    private long rejectedRows;

    private NativeCommitter(SinkPlan plan, long handle) {
        this.plan = plan;
        this.handle = handle;
    }

    public static NativeCommitter open(
            SinkPlan plan, HostEnvironment environment, String jobId, String attemptId, int subtask)
            throws IOException {
        NativeEngine.load();
        return new NativeCommitter(
                plan,
                NativeEngine.openCommitter(
                        plan.plan(),
                        Json.bytes(
                                Json.object()
                                        .put("job_id", jobId)
                                        .put("attempt_id", attemptId)
                                        .put("subtask", subtask)
                                        .set("environment", environment.toJson()))));
    }

    /**
     * Writes the one manifest of a checkpoint. Blocks for the upload.
     *
     * @param attemptId never used before: manifests of an earlier attempt must not be overwritten
     * @param runId identity of a job that commits once at its end, or null where checkpoints do
     * @param stagedFiles JSON as {@link NativeWriter#finish} returned it
     * @return the committable, JSON; it holds all that its commit needs
     * @throws IOException also when more rows were rejected since this object was made than {@code
     *     sink.bad-rows.max} allows
     */
    public String makeCommittable(
            String jobId,
            String attemptId,
            long checkpointId,
            String runId,
            List<String> stagedFiles)
            throws IOException {
        final ObjectNode request =
                Json.object()
                        .put("job_id", jobId)
                        .put("attempt_id", attemptId)
                        .put("checkpoint_id", checkpointId)
                        .put("run_id", runId);
        final ArrayNode files = request.putArray("files");
        final ArrayNode rejects = request.putArray("rejects");
        for (String staged : stagedFiles) {
            final JsonNode node = Json.parse(staged.getBytes(StandardCharsets.UTF_8));
            files.addAll((ArrayNode) node.get("files"));
            rejects.addAll((ArrayNode) node.get("rejects"));
        }
        checkRejected(rejects);
        watch.begin();
        try {
            return new String(
                    NativeEngine.makeCommittable(handle(), Json.bytes(request)),
                    StandardCharsets.UTF_8);
        } finally {
            watch.end();
        }
    }

    /** One subtask knows its own bad rows only; here those of all come together. */
    private void checkRejected(ArrayNode rejects) throws IOException {
        for (JsonNode file : rejects) {
            rejectedRows += file.get("rows").asLong();
        }
        if (rejectedRows > plan.maxBadRows()) {
            throw new IOException(
                    rejectedRows
                            + " bad rows were rejected on their way into "
                            + plan.table()
                            + " since the job started, and 'sink.bad-rows.max' allows "
                            + plan.maxBadRows()
                            + ". See the reasons in "
                            + rejects.get(0).get("url").asText()
                            + ", correct the stream or the table, or raise the limit.");
        }
    }

    /**
     * Commits one checkpoint; a repeat of a committed one changes nothing. Blocks through all
     * retries.
     */
    public CommitOutcome commit(String committable) throws IOException {
        final byte[] request = committable.getBytes(StandardCharsets.UTF_8);
        watch.begin();
        try {
            final JsonNode answer = Json.parse(NativeEngine.commit(handle(), request));
            return new CommitOutcome(
                    answer.get("outcome").asText(),
                    answer.get("rows").asLong(),
                    answer.get("attempts").asInt(),
                    answer.get("millis").asLong(),
                    answer.get("note").asText(),
                    answer.get("warning").asText());
        } finally {
            watch.end();
        }
    }

    private long handle() {
        if (handle == 0) {
            throw new IllegalStateException("This committer is closed.");
        }
        return handle;
    }

    /** Safe to repeat. */
    @Override
    public void close() throws IOException {
        watch.close();
        final long closing = handle;
        handle = 0;
        if (closing != 0) {
            NativeEngine.closeCommitter(closing);
        }
    }
}
