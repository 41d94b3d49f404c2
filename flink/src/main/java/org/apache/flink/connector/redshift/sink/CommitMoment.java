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

package org.apache.flink.connector.redshift.sink;

import org.apache.flink.annotation.Internal;
import org.apache.flink.api.common.RuntimeExecutionMode;
import org.apache.flink.api.connector.source.Boundedness;
import org.apache.flink.api.dag.Transformation;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.ExecutionOptions;
import org.apache.flink.configuration.ReadableConfig;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.transformations.LegacySourceTransformation;
import org.apache.flink.streaming.api.transformations.WithBoundedness;
import org.apache.flink.table.api.ValidationException;

import javax.annotation.Nullable;

import java.io.Serializable;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * When a job's rows are committed in copy mode: at checkpoints, or once at the end of its input.
 *
 * @param runId drawn where there are no checkpoints: a restart stages everything anew, and only
 *     this tells that the rows are in the table already
 */
@Internal
record CommitMoment(@Nullable String runId) implements Serializable {

    /** By simple name, as their packages differ between Flink versions. */
    private static final Set<String> ENDING_FUNCTIONS =
            Set.of("InputFormatSourceFunction", "FromElementsFunction");

    /**
     * Decides it for a job that is being built.
     *
     * @throws ValidationException when rows would never be committed, or the last ones lost
     */
    static CommitMoment of(
            StreamExecutionEnvironment environment, Transformation<?> upstream, String table) {
        final ReadableConfig configuration = environment.getConfiguration();
        final boolean checkpointing = environment.getCheckpointConfig().isCheckpointingEnabled();
        if (isBatch(environment, configuration, upstream)) {
            return atEndOfInput();
        }
        if (!checkpointing) {
            if (!comesToAnEnd(upstream)) {
                throw new ValidationException(
                        "The job writes an unbounded stream into "
                                + table
                                + " in copy mode, which commits at checkpoints, and checkpointing is off:"
                                + " no row would ever be visible. Set 'execution.checkpointing.interval'"
                                + " (for example '1 min'), or 'sink.write.mode' = 'jdbc'.");
            }
            return atEndOfInput();
        }
        if (!configuration.get(CheckpointingOptions.ENABLE_CHECKPOINTS_AFTER_TASKS_FINISH)) {
            throw new ValidationException(
                    "The job writes into "
                            + table
                            + " in copy mode, and '"
                            + CheckpointingOptions.ENABLE_CHECKPOINTS_AFTER_TASKS_FINISH.key()
                            + "' is false: the rows after the last checkpoint would be lost. Set it to"
                            + " true, which is Flink's default.");
        }
        return new CommitMoment(null);
    }

    /**
     * Of an overwrite every commit would replace what the one before it loaded.
     *
     * @throws ValidationException when there would be more than one
     */
    void checkOverwrite(String table) {
        if (runId == null) {
            throw new ValidationException(
                    "The job would replace the rows of "
                            + table
                            + " at every checkpoint. An overwrite needs a job that ends and commits"
                            + " once: set 'execution.runtime-mode' = 'batch'.");
        }
    }

    private static CommitMoment atEndOfInput() {
        return new CommitMoment(UUID.randomUUID().toString());
    }

    /** As Flink decides it: AUTOMATIC means batch when every source of the whole job is bounded. */
    private static boolean isBatch(
            StreamExecutionEnvironment environment,
            ReadableConfig configuration,
            Transformation<?> upstream) {
        final RuntimeExecutionMode mode = configuration.get(ExecutionOptions.RUNTIME_MODE);
        return mode == RuntimeExecutionMode.BATCH
                || (mode == RuntimeExecutionMode.AUTOMATIC
                        && isBounded(List.of(upstream))
                        && isBounded(environment.getTransformations()));
    }

    /** As Flink counts it. */
    private static boolean isBounded(Collection<? extends Transformation<?>> ends) {
        return sources(ends)
                .allMatch(
                        source ->
                                ((WithBoundedness) source).getBoundedness() == Boundedness.BOUNDED);
    }

    /** With the sources that end although Flink counts them as unbounded, such as SQL's VALUES. */
    private static boolean comesToAnEnd(Transformation<?> end) {
        return sources(List.of(end))
                .allMatch(
                        source ->
                                ((WithBoundedness) source).getBoundedness() == Boundedness.BOUNDED
                                        || (source instanceof LegacySourceTransformation<?> legacy
                                                && ENDING_FUNCTIONS.contains(
                                                        legacy.getOperator()
                                                                .getUserFunction()
                                                                .getClass()
                                                                .getSimpleName())));
    }

    private static Stream<Transformation<?>> sources(Collection<? extends Transformation<?>> ends) {
        return ends.stream()
                .flatMap(
                        end ->
                                Stream.concat(
                                        Stream.of(end), end.getTransitivePredecessors().stream()))
                .filter(step -> step instanceof WithBoundedness);
    }
}
