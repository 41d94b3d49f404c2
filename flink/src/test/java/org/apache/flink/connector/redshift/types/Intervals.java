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

package org.apache.flink.connector.redshift.types;

import java.math.BigDecimal;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads the texts of intervals. */
final class Intervals {

    private static final Pattern MONTHS = Pattern.compile("(-?\\d+) years (-?\\d+) months");
    private static final Pattern SECONDS =
            Pattern.compile(
                    "(-?\\d+) days (-?\\d+) hours (-?\\d+) minutes (-?\\d+(?:\\.\\d+)?) seconds");

    private Intervals() {}

    /** Of years and months, each with a sign of its own. */
    static long months(String text) {
        final Matcher parts = match(MONTHS, text);
        return Long.parseLong(parts.group(1)) * 12 + Long.parseLong(parts.group(2));
    }

    /** Of days, hours, minutes and seconds, each with a sign of its own. */
    static long millis(String text) {
        final Matcher parts = match(SECONDS, text);
        final long minutes =
                (Long.parseLong(parts.group(1)) * 24 + Long.parseLong(parts.group(2))) * 60
                        + Long.parseLong(parts.group(3));
        return new BigDecimal(parts.group(4))
                .add(BigDecimal.valueOf(minutes * 60))
                .movePointRight(3)
                .longValueExact();
    }

    private static Matcher match(Pattern pattern, String text) {
        final Matcher matcher = pattern.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalStateException("'" + text + "' is not an interval");
        }
        return matcher;
    }
}
