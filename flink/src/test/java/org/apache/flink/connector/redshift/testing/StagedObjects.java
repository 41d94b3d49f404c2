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

import org.apache.flink.shaded.jackson2.com.fasterxml.jackson.databind.ObjectMapper;

import org.w3c.dom.NodeList;

import javax.xml.parsers.DocumentBuilderFactory;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The objects below one prefix of the warehouse's S3, over plain HTTP: it wants to see a signature
 * and does not check it.
 */
public final class StagedObjects {

    private static final String SIGNATURE =
            "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/s3/aws4_request,"
                    + " SignedHeaders=host, Signature=0";

    private final HttpClient client = HttpClient.newHttpClient();
    private final URI bucket;
    private final String prefix;

    public StagedObjects(LocalWarehouse warehouse, String prefix) {
        this.bucket = warehouse.bucket();
        this.prefix = prefix;
    }

    /** All their keys, sorted; of up to a thousand. */
    public List<String> keys() throws Exception {
        final HttpResponse<byte[]> answer =
                send(
                        request(
                                        "?list-type=2&prefix="
                                                + URLEncoder.encode(prefix, StandardCharsets.UTF_8))
                                .build());
        final NodeList nodes =
                DocumentBuilderFactory.newInstance()
                        .newDocumentBuilder()
                        .parse(new ByteArrayInputStream(answer.body()))
                        .getElementsByTagName("Key");
        final List<String> keys = new ArrayList<>();
        for (int i = 0; i < nodes.getLength(); i++) {
            keys.add(nodes.item(i).getTextContent());
        }
        keys.sort(null);
        return keys;
    }

    /** All their contents by key. */
    public Map<String, byte[]> contents() throws Exception {
        final Map<String, byte[]> contents = new TreeMap<>();
        for (String key : keys()) {
            contents.put(key, send(request(key).build()).body());
        }
        return contents;
    }

    public void put(String key, byte[] content) throws IOException, InterruptedException {
        send(request(key).PUT(HttpRequest.BodyPublishers.ofByteArray(content)).build());
    }

    public void deleteAll() throws Exception {
        for (String key : keys()) {
            client.send(request(key).DELETE().build(), HttpResponse.BodyHandlers.discarding());
        }
    }

    /** Every line of every one of them, each a JSON object. */
    public List<Map<String, Object>> jsonLines() throws Exception {
        final ObjectMapper mapper = new ObjectMapper();
        final List<Map<String, Object>> lines = new ArrayList<>();
        for (byte[] content : contents().values()) {
            for (String line : new String(content, StandardCharsets.UTF_8).split("\n")) {
                @SuppressWarnings("unchecked")
                final Map<String, Object> object = mapper.readValue(line, Map.class);
                lines.add(object);
            }
        }
        return lines;
    }

    private HttpRequest.Builder request(String relative) {
        return HttpRequest.newBuilder(bucket.resolve(relative)).header("Authorization", SIGNATURE);
    }

    private HttpResponse<byte[]> send(HttpRequest request)
            throws IOException, InterruptedException {
        final HttpResponse<byte[]> answer =
                client.send(request, HttpResponse.BodyHandlers.ofByteArray());
        if (answer.statusCode() != 200) {
            throw new IOException(request + " was answered with " + answer.statusCode());
        }
        return answer;
    }
}
