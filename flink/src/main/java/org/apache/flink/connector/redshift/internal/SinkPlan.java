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
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.RowType;

import org.apache.flink.shaded.jackson2.com.fasterxml.jackson.databind.JsonNode;
import org.apache.flink.shaded.jackson2.com.fasterxml.jackson.databind.node.ArrayNode;
import org.apache.flink.shaded.jackson2.com.fasterxml.jackson.databind.node.ObjectNode;

import javax.annotation.Nullable;

import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * What the native engine made of a table's definition: options, columns and everything decided from
 * them. It travels with the job. It holds the options as given, secrets too, and never prints them.
 */
@Internal
public final class SinkPlan implements Serializable {

    private static final long serialVersionUID = 1L;

    private final byte[] plan;
    private final boolean copy;
    private final String table;
    private final long batchRows;
    private final long flushIntervalMillis;
    @Nullable private final Integer parallelism;
    @Nullable private final String namedRun;
    private final long maxBadRows;
    private final List<String> primaryKey;
    private final boolean overwrite;

    private SinkPlan(byte[] answer, List<String> primaryKey, boolean overwrite) {
        final JsonNode node = Json.parse(answer);
        this.plan = Json.bytes(node.get("plan"));
        this.copy = "copy".equals(node.get("mode").asText());
        this.table = node.get("table").asText();
        this.batchRows = node.get("batch_rows").asLong();
        this.flushIntervalMillis = node.get("flush_interval_ms").asLong();
        this.parallelism = node.hasNonNull("parallelism") ? node.get("parallelism").asInt() : null;
        this.namedRun = node.hasNonNull("named_run") ? node.get("named_run").asText() : null;
        this.maxBadRows =
                node.hasNonNull("max_bad_rows")
                        ? node.get("max_bad_rows").asLong()
                        : Long.MAX_VALUE;
        this.primaryKey = List.copyOf(primaryKey);
        this.overwrite = overwrite;
    }

    /**
     * Checks a table's definition.
     *
     * @throws org.apache.flink.table.api.ValidationException naming what cannot work and what to
     *     set
     * @throws UncheckedIOException with what to do, when this machine cannot run the native engine
     */
    public static SinkPlan make(
            Map<String, String> options,
            RowType rowType,
            List<String> primaryKey,
            boolean overwrite) {
        final ObjectNode request = Json.object().put("overwrite", overwrite);
        final ObjectNode optionsNode = request.putObject("options");
        options.forEach(optionsNode::put);
        final ArrayNode columns = request.putArray("columns");
        for (RowType.RowField field : rowType.getFields()) {
            columns.addObject().put("name", field.getName()).put("type", typeText(field.getType()));
        }
        final ArrayNode key = request.putArray("primary_key");
        primaryKey.forEach(key::add);
        try {
            NativeEngine.load();
        } catch (IOException error) {
            throw new UncheckedIOException(error.getMessage(), error);
        }
        return new SinkPlan(NativeEngine.planSink(Json.bytes(request)), primaryKey, overwrite);
    }

    private static String typeText(LogicalType type) {
        try {
            return type.asSerializableString();
        } catch (RuntimeException noSuchForm) {
            // Types without a full text are not supported; the engine names them by this one.
            return type.asSummaryString();
        }
    }

    byte[] plan() {
        return plan;
    }

    /** Whether rows go through files and COPY; otherwise they go over the wire. */
    public boolean isCopy() {
        return copy;
    }

    /** The target as people write it. */
    public String table() {
        return table;
    }

    /** Rows after which a buffer is handed over; 0 for no such limit. */
    public long batchRows() {
        return batchRows;
    }

    /** How long a row may wait in a buffer; zero for no such limit. */
    public Duration flushInterval() {
        return Duration.ofMillis(flushIntervalMillis);
    }

    /** The value of {@code sink.parallelism}. */
    @Nullable
    public Integer parallelism() {
        return parallelism;
    }

    /** Equal for plans with the same {@code sink.run-id} and target; null without the option. */
    @Nullable
    public String namedRun() {
        return namedRun;
    }

    /** Rows that may be rejected before the job fails. */
    long maxBadRows() {
        return maxBadRows;
    }

    /** Names of the key's columns; empty where rows are only added. */
    public List<String> primaryKey() {
        return primaryKey;
    }

    /** Whether the table's rows are replaced by those of this run. */
    public boolean isOverwrite() {
        return overwrite;
    }

    @Override
    public String toString() {
        return "SinkPlan{table=" + table + ", mode=" + (copy ? "copy" : "jdbc") + "}";
    }
}
