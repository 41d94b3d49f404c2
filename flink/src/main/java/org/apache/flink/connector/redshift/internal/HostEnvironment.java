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
import org.apache.flink.api.common.functions.RuntimeContext;
import org.apache.flink.api.connector.sink2.InitContext;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ConfigOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.GlobalConfiguration;
import org.apache.flink.streaming.api.operators.StreamingRuntimeContext;
import org.apache.flink.streaming.runtime.operators.sink.InitContextBase;

import org.apache.flink.shaded.jackson2.com.fasterxml.jackson.databind.node.ObjectNode;

import javax.annotation.Nullable;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * What the process that runs a sink knows of S3 and AWS keys besides its environment, which native
 * code reads itself: the cluster's configuration for Flink's own S3 file systems, and the system
 * properties of Amazon's SDKs. It is read where the sink runs and never travels with a job, so that
 * the job graph holds none of it. Holds secrets and never prints them.
 */
@Internal
public final class HostEnvironment {

    /** By the keys that the native engine knows them by. */
    private static final Map<String, ConfigOption<String>> CLUSTER_OPTIONS =
            Map.of(
                    "flink.s3.access-key", s3Option("access-key", "access.key"),
                    "flink.s3.secret-key", s3Option("secret-key", "secret.key"),
                    "flink.s3.endpoint", s3Option("endpoint"),
                    "flink.s3.path.style.access",
                            s3Option("path.style.access", "path-style-access"));

    /** The second of two names for one key is that of Amazon's older SDK. */
    private static final Map<String, String[]> SYSTEM_PROPERTIES =
            Map.of(
                    "java.aws.accessKeyId", new String[] {"aws.accessKeyId"},
                    "java.aws.secretAccessKey",
                            new String[] {"aws.secretAccessKey", "aws.secretKey"},
                    "java.aws.sessionToken", new String[] {"aws.sessionToken"});

    /** Of a process that knows nothing of the kind. */
    public static final HostEnvironment NONE = of(new Configuration(), new Properties());

    private final Map<String, String> values = new TreeMap<>();

    private HostEnvironment(Configuration cluster, Properties properties) {
        CLUSTER_OPTIONS.forEach((key, option) -> put(key, cluster.get(option)));
        SYSTEM_PROPERTIES.forEach(
                (key, names) -> {
                    for (String name : names) {
                        put(key, properties.getProperty(name));
                    }
                });
    }

    /** All spellings that Flink's S3 file systems take for one option, theirs and Hadoop's. */
    private static ConfigOption<String> s3Option(String... names) {
        final List<String> keys =
                Stream.of("s3.", "s3a.", "fs.s3a.", "presto.s3.")
                        .flatMap(prefix -> Arrays.stream(names).map(name -> prefix + name))
                        .toList();
        return ConfigOptions.key(keys.get(0))
                .stringType()
                .noDefaultValue()
                .withFallbackKeys(keys.stream().skip(1).toArray(String[]::new));
    }

    private void put(String key, @Nullable String value) {
        if (value != null && !value.isBlank()) {
            values.putIfAbsent(key, value.trim());
        }
    }

    static HostEnvironment of(Configuration cluster, Properties properties) {
        return new HostEnvironment(cluster, properties);
    }

    /** Of the TaskManager that runs a writer or committer. */
    public static HostEnvironment of(InitContext context) {
        return context instanceof InitContextBase base
                ? of(base.getRuntimeContext())
                : of(GlobalConfiguration.loadConfiguration(), System.getProperties());
    }

    /** Of the TaskManager that runs an operator. */
    public static HostEnvironment of(RuntimeContext context) {
        final Configuration cluster =
                context instanceof StreamingRuntimeContext running
                        ? running.getTaskManagerRuntimeInfo().getConfiguration()
                        : GlobalConfiguration.loadConfiguration();
        return of(cluster, System.getProperties());
    }

    /** As the native engine takes it: {@code {"flink.s3.access-key": "...", ...}}. */
    ObjectNode toJson() {
        final ObjectNode node = Json.object();
        values.forEach(node::put);
        return node;
    }

    @Override
    public String toString() {
        return "HostEnvironment" + values.keySet();
    }
}
