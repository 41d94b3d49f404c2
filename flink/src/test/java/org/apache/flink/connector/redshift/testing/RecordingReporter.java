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

import org.apache.flink.configuration.Configuration;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Metric;
import org.apache.flink.metrics.MetricConfig;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.metrics.reporter.MetricReporter;
import org.apache.flink.metrics.reporter.MetricReporterFactory;

import java.util.List;
import java.util.Properties;
import java.util.concurrent.CopyOnWriteArrayList;

/** Remembers every metric, also of jobs that have ended. */
public final class RecordingReporter implements MetricReporter, MetricReporterFactory {

    private record Registered(String job, String operator, String name, Metric metric) {}

    private static final List<Registered> REGISTERED = new CopyOnWriteArrayList<>();

    /** What makes Flink report to this class. */
    public static Configuration settings() {
        final Configuration settings = new Configuration();
        settings.setString("metrics.reporters", "recording");
        settings.setString(
                "metrics.reporter.recording.factory.class", RecordingReporter.class.getName());
        return settings;
    }

    /** The sum of a counter over all operators of a job whose name ends so. */
    public static long sum(String job, String operator, String counter) {
        return REGISTERED.stream()
                .filter(metric -> metric.job.equals(job))
                .filter(metric -> metric.operator.endsWith(operator))
                .filter(metric -> metric.name.equals(counter))
                .mapToLong(metric -> ((Counter) metric.metric).getCount())
                .sum();
    }

    @Override
    public MetricReporter createMetricReporter(Properties properties) {
        return new RecordingReporter();
    }

    @Override
    public void open(MetricConfig config) {}

    @Override
    public void close() {}

    @Override
    public void notifyOfAddedMetric(Metric metric, String name, MetricGroup group) {
        REGISTERED.add(
                new Registered(
                        group.getAllVariables().getOrDefault("<job_name>", ""),
                        group.getAllVariables().getOrDefault("<operator_name>", ""),
                        name,
                        metric));
    }

    @Override
    public void notifyOfRemovedMetric(Metric metric, String name, MetricGroup group) {}
}
