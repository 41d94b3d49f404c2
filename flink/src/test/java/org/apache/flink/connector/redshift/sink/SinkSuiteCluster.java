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

import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.MetricOptions;
import org.apache.flink.connector.testframe.environment.MiniClusterTestEnvironment;
import org.apache.flink.connector.testframe.environment.TestEnvironmentSettings;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.graph.StreamGraph;

import java.time.Duration;

/**
 * A cluster inside this JVM for Flink's suite. It looks at metrics more often than the suite's own,
 * and no job is without an interval of checkpoints.
 */
final class SinkSuiteCluster extends MiniClusterTestEnvironment {

    private static final long NEVER_MILLIS = Duration.ofDays(1).toMillis();

    SinkSuiteCluster() {
        super(
                new MiniClusterResourceConfiguration.Builder()
                        .setConfiguration(configuration())
                        .setNumberTaskManagers(1)
                        .setNumberSlotsPerTaskManager(6)
                        .build());
    }

    private static Configuration configuration() {
        final Configuration configuration = new Configuration();
        configuration.set(MetricOptions.METRIC_FETCHER_UPDATE_INTERVAL, Duration.ofMillis(100));
        return configuration;
    }

    @Override
    public StreamExecutionEnvironment createExecutionEnvironment(TestEnvironmentSettings settings) {
        return new WithInterval(super.createExecutionEnvironment(settings));
    }

    /**
     * The suite stops unbounded jobs by a savepoint, their only checkpoint. Copy mode refuses such
     * jobs without an interval, so they get one that never passes. They get it when they are built:
     * otherwise the suite's own sink, which collects, would wait for checkpoints.
     */
    @SuppressWarnings("try") // Of what close() of any environment may throw.
    private static final class WithInterval extends StreamExecutionEnvironment {

        private final StreamExecutionEnvironment cluster;

        WithInterval(StreamExecutionEnvironment cluster) {
            super(new Configuration((Configuration) cluster.getConfiguration()));
            this.cluster = cluster;
            setParallelism(cluster.getParallelism());
        }

        @Override
        public StreamGraph getStreamGraph(boolean clearTransformations) {
            if (!getCheckpointConfig().isCheckpointingEnabled()) {
                enableCheckpointing(NEVER_MILLIS);
                // The first one comes after a time between this and the interval.
                getCheckpointConfig().setMinPauseBetweenCheckpoints(NEVER_MILLIS);
            }
            return super.getStreamGraph(clearTransformations);
        }

        @Override
        public JobClient executeAsync(StreamGraph graph) throws Exception {
            return cluster.executeAsync(graph);
        }
    }
}
