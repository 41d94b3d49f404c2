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

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;

/** A running redshift-local, one for all tests of this JVM, asked through Amazon's own driver. */
public final class LocalWarehouse {

    private static LocalWarehouse shared;
    private static final AtomicInteger TABLES = new AtomicInteger();

    private final Process process;
    private final Map<String, String> ready = new HashMap<>();
    private final URI url;

    private LocalWarehouse() throws IOException {
        final String fromEnvironment = System.getenv("REDSHIFT_LOCAL");
        final Path program =
                Path.of(
                        fromEnvironment != null && !fromEnvironment.isEmpty()
                                ? fromEnvironment
                                : System.getProperty("redshift.local"));
        process =
                new ProcessBuilder(
                                program.toString(),
                                "--port",
                                "0",
                                "--s3-port",
                                "0",
                                "--api-port",
                                "0")
                        .redirectError(Path.of("target", "redshift-local.log").toFile())
                        .start();
        Runtime.getRuntime().addShutdownHook(new Thread(this::stop));
        final String line =
                new BufferedReader(
                                new InputStreamReader(
                                        process.getInputStream(), StandardCharsets.UTF_8))
                        .readLine();
        if (line == null || !line.startsWith("redshift-local ready ")) {
            throw new IOException("redshift-local did not start; see target/redshift-local.log");
        }
        for (String pair : line.split(" ")) {
            final int equals = pair.indexOf('=');
            if (equals > 0) {
                ready.put(pair.substring(0, equals), pair.substring(equals + 1));
            }
        }
        url = URI.create(ready.get("url"));
    }

    public static synchronized LocalWarehouse shared() {
        if (shared == null) {
            try {
                shared = new LocalWarehouse();
            } catch (IOException error) {
                throw new UncheckedIOException(error);
            }
        }
        return shared;
    }

    /** Whether a test of this JVM has asked for it so far. */
    static synchronized boolean isRunning() {
        return shared != null;
    }

    private void stop() {
        process.destroy();
        try {
            if (!process.waitFor(15, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException error) {
            process.destroyForcibly();
        }
    }

    /** A name that no other test uses. */
    public static String newTable(String prefix) {
        return prefix + "_" + TABLES.incrementAndGet();
    }

    /** What the connector has to be told to reach this warehouse, in the given mode. */
    public Map<String, String> options(String mode, String table) {
        final Map<String, String> options = new LinkedHashMap<>();
        options.put("hostname", url.getHost());
        options.put("port", String.valueOf(url.getPort()));
        options.put("username", user());
        options.put("password", password());
        options.put("database-name", database());
        options.put("ssl.mode", "disable");
        options.put("table-name", table);
        options.put("sink.write.mode", mode);
        if ("copy".equals(mode)) {
            options.put("s3-uri", "s3://" + ready.get("bucket") + "/staging/" + table);
            options.put("aws.region", ready.get("region"));
            options.put("aws.endpoint", ready.get("s3"));
            options.put("aws.credentials.provider", "BASIC");
            options.put("aws.credentials.basic.accesskeyid", ready.get("access-key"));
            options.put("aws.credentials.basic.secretkey", ready.get("secret-key"));
        }
        return options;
    }

    /** The WITH clause of a Flink table. */
    public static String with(Map<String, String> options) {
        return options.entrySet().stream()
                .map(option -> "'" + option.getKey() + "' = '" + option.getValue() + "'")
                .collect(Collectors.joining(", ", " WITH ('connector' = 'redshift', ", ")"));
    }

    /** Where its S3 is and which bucket is its own: {@code http://host:port/bucket/}. */
    URI bucket() {
        return URI.create(ready.get("s3") + "/" + ready.get("bucket") + "/");
    }

    /** The file of the authority that signed its certificate. */
    public Path authority() {
        return Path.of(ready.get("ca"));
    }

    /** Where its Redshift API is. */
    public URI api() {
        return URI.create(ready.get("api"));
    }

    public Connection connect() throws SQLException {
        final Properties properties = new Properties();
        properties.setProperty("user", user());
        properties.setProperty("password", password());
        properties.setProperty("ssl", "false");
        return DriverManager.getConnection(
                "jdbc:redshift://" + url.getHost() + ":" + url.getPort() + "/" + database(),
                properties);
    }

    public void execute(String sql) throws SQLException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /** All rows, each as a list of its fields' texts; null for NULL. */
    public List<List<String>> query(String sql) throws SQLException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            final List<List<String>> rows = new ArrayList<>();
            while (result.next()) {
                final List<String> row = new ArrayList<>();
                for (int i = 1; i <= result.getMetaData().getColumnCount(); i++) {
                    row.add(result.getString(i));
                }
                rows.add(row);
            }
            return rows;
        }
    }

    public long number(String sql) throws SQLException {
        return Long.parseLong(query(sql).get(0).get(0));
    }

    /** How often faults have fired whose pattern is this one, in any case. */
    public long fired(String pattern) throws SQLException {
        return number(
                "SELECT SUM(fired) FROM local.faults WHERE LOWER(pattern) = LOWER('"
                        + pattern
                        + "')");
    }

    private String user() {
        return url.getUserInfo().split(":")[0];
    }

    private String password() {
        return url.getUserInfo().split(":")[1];
    }

    private String database() {
        return url.getPath().substring(1);
    }
}
