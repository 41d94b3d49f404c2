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

import org.apache.flink.api.common.RuntimeExecutionMode;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.connector.redshift.testing.Jobs;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import org.apache.flink.table.api.ValidationException;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class CommitMomentTest {

    private final StreamExecutionEnvironment environment = Jobs.environment(1);

    @Test
    void commitsAtCheckpointsWhereThereAreAny() {
        environment.enableCheckpointing(1000);
        assertThat(moment(unbounded()).runId()).isNull();
        assertThat(moment(bounded()).runId()).isNull();
    }

    @Test
    void commitsABoundedStreamWithoutCheckpointsAtItsEnd() {
        assertThat(moment(bounded()).runId()).isNotNull();
    }

    @Test
    void commitsABatchJobAtItsEndEvenWithACheckpointInterval() {
        environment.enableCheckpointing(1000);
        environment.setRuntimeMode(RuntimeExecutionMode.BATCH);
        assertThat(moment(bounded()).runId()).isNotNull();
    }

    @Test
    void automaticModeIsBatchOnlyWhenTheWholeJobIsBounded() {
        environment.enableCheckpointing(1000);
        environment.setRuntimeMode(RuntimeExecutionMode.AUTOMATIC);
        assertThat(moment(bounded()).runId()).isNotNull();
        unbounded().sinkTo(new DiscardingSink<>());
        assertThat(moment(bounded()).runId()).isNull();
    }

    @Test
    void everyTopologyHasARunOfItsOwn() {
        final DataStream<Long> stream = bounded();
        assertThat(moment(stream).runId()).isNotEqualTo(moment(stream).runId());
    }

    @Test
    void refusesAnUnboundedStreamWithoutCheckpoints() {
        assertThatThrownBy(() -> moment(unbounded().union(bounded())))
                .isInstanceOf(ValidationException.class)
                .hasMessageContaining("public.t")
                .hasMessageContaining("execution.checkpointing.interval");
    }

    @Test
    void refusesCheckpointsThatStopWithTheFirstFinishedTask() {
        final Configuration settings = new Configuration();
        settings.set(CheckpointingOptions.ENABLE_CHECKPOINTS_AFTER_TASKS_FINISH, false);
        final StreamExecutionEnvironment other = Jobs.environment(1, settings);
        other.enableCheckpointing(1000);
        final DataStream<Long> stream = Jobs.numbers(other, 10, 10);
        assertThatThrownBy(() -> CommitMoment.of(other, stream.getTransformation(), "public.t"))
                .isInstanceOf(ValidationException.class)
                .hasMessageContaining("execution.checkpointing.checkpoints-after-tasks-finish");
    }

    private CommitMoment moment(DataStream<Long> stream) {
        return CommitMoment.of(environment, stream.getTransformation(), "public.t");
    }

    private DataStream<Long> bounded() {
        return environment.fromSequence(1, 10).map(number -> number);
    }

    private DataStream<Long> unbounded() {
        // Built, never run.
        return environment.socketTextStream("localhost", 1).map(line -> 1L);
    }
}
