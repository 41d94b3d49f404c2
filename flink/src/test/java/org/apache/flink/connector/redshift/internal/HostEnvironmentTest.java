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

import org.apache.flink.configuration.Configuration;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.Map;
import java.util.Properties;

import static org.assertj.core.api.Assertions.assertThat;

class HostEnvironmentTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "s3.access-key s3.secret-key s3.path.style.access s3.endpoint",
                "s3.access.key s3.secret.key s3.path-style-access s3.endpoint",
                "s3a.access-key s3a.secret-key s3a.path-style-access s3a.endpoint",
                "fs.s3a.access.key fs.s3a.secret.key fs.s3a.path.style.access fs.s3a.endpoint",
                "presto.s3.access-key presto.s3.secret-key presto.s3.path-style-access presto.s3.endpoint",
            })
    void knowsTheKeysOfFlinksFileSystemsInAllTheirSpellings(String spellings) {
        final String[] names = spellings.split(" ");
        final Map<String, String> cluster =
                Map.of(
                        names[0], "AKIDEXAMPLE",
                        names[1], "planted secret",
                        names[2], "true",
                        names[3], "http://localhost:9000");
        final HostEnvironment environment =
                HostEnvironment.of(Configuration.fromMap(cluster), new Properties());
        assertThat(environment.toJson().toString())
                .isEqualTo(
                        "{\"flink.s3.access-key\":\"AKIDEXAMPLE\","
                                + "\"flink.s3.endpoint\":\"http://localhost:9000\","
                                + "\"flink.s3.path.style.access\":\"true\","
                                + "\"flink.s3.secret-key\":\"planted secret\"}");
        assertThat(environment.toString())
                .contains("flink.s3.secret-key")
                .doesNotContain("planted", "AKIDEXAMPLE");
    }

    @Test
    void theFirstSpellingWins() {
        final Map<String, String> cluster =
                Map.of(
                        "fs.s3a.access.key",
                        "hadoop's",
                        "s3.access.key",
                        "old",
                        "s3.access-key",
                        "new");
        assertThat(
                        HostEnvironment.of(Configuration.fromMap(cluster), new Properties())
                                .toJson()
                                .get("flink.s3.access-key")
                                .asText())
                .isEqualTo("new");
    }

    @ParameterizedTest
    @ValueSource(strings = {"aws.secretAccessKey", "aws.secretKey"})
    void knowsTheSystemPropertiesOfBothOfAmazonsSdks(String secret) {
        final Properties properties = new Properties();
        properties.setProperty("aws.accessKeyId", "AKIDEXAMPLE");
        properties.setProperty(secret, "planted secret");
        properties.setProperty("aws.sessionToken", "planted token");
        assertThat(HostEnvironment.of(new Configuration(), properties).toJson().toString())
                .isEqualTo(
                        "{\"java.aws.accessKeyId\":\"AKIDEXAMPLE\","
                                + "\"java.aws.secretAccessKey\":\"planted secret\","
                                + "\"java.aws.sessionToken\":\"planted token\"}");
    }

    @Test
    void emptyValuesAreNone() {
        final Properties properties = new Properties();
        properties.setProperty("aws.accessKeyId", " ");
        assertThat(
                        HostEnvironment.of(
                                        Configuration.fromMap(Map.of("s3.endpoint", "")),
                                        properties)
                                .toJson()
                                .isEmpty())
                .isTrue();
    }
}
