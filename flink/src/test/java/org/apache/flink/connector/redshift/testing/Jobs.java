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

package org.apache.flink.connector.redshift.testing;

import org.apache.flink.api.common.RuntimeExecutionMode;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.connector.source.util.ratelimit.RateLimiterStrategy;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.connector.datagen.source.DataGeneratorSource;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

import java.time.Duration;

/** Small jobs on a cluster inside this JVM. */
public final class Jobs {

    private Jobs() {}

    /**
     * Streaming at the given parallelism; restarts three times; no checkpoints unless asked for.
     */
    public static StreamExecutionEnvironment environment(int parallelism) {
        return environment(parallelism, new Configuration());
    }

    public static StreamExecutionEnvironment environment(int parallelism, Configuration settings) {
        final Configuration configuration = new Configuration();
        configuration.setString("rest.bind-port", "0-65535");
        configuration.setString("restart-strategy.type", "fixed-delay");
        configuration.setString("restart-strategy.fixed-delay.attempts", "3");
        configuration.setString("restart-strategy.fixed-delay.delay", "100 ms");
        configuration.addAll(settings);
        final StreamExecutionEnvironment environment =
                StreamExecutionEnvironment.createLocalEnvironment(parallelism, configuration);
        return environment;
    }

    /** One that shows its first failure. */
    public static StreamExecutionEnvironment withoutRestarts(int parallelism) {
        final Configuration settings = new Configuration();
        settings.setString("restart-strategy.type", "none");
        return environment(parallelism, settings);
    }

    public static StreamExecutionEnvironment withCheckpoints(int parallelism, Duration interval) {
        final StreamExecutionEnvironment environment = environment(parallelism);
        environment.enableCheckpointing(interval.toMillis());
        return environment;
    }

    public static StreamExecutionEnvironment batch(int parallelism) {
        final StreamExecutionEnvironment environment = environment(parallelism);
        environment.setRuntimeMode(RuntimeExecutionMode.BATCH);
        return environment;
    }

    /** The numbers from 0 on, as many and as fast as asked for. */
    public static SingleOutputStreamOperator<Long> numbers(
            StreamExecutionEnvironment environment, long count, double perSecond) {
        return environment.fromSource(
                new DataGeneratorSource<>(
                        index -> index,
                        count,
                        RateLimiterStrategy.perSecond(perSecond),
                        Types.LONG),
                WatermarkStrategy.noWatermarks(),
                "numbers");
    }
}
