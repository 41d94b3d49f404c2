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

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Texts that files, statements or clients could take for something else. */
final class Texts {

    /** Texts that mean NULL, a quote, an escape or a line's end somewhere. */
    private static final List<String> SUSPECT =
            List.of(
                    "",
                    " ",
                    "   ",
                    " x ",
                    "\\N",
                    "NULL",
                    "null",
                    "@NULL@",
                    "\\",
                    "\\\\",
                    "\\.",
                    "\\n",
                    "\"",
                    "\"\"",
                    "'",
                    "''",
                    ",",
                    "a,b",
                    "a\"b",
                    "|",
                    "\t",
                    "tab\t",
                    "\n",
                    "line\nend",
                    "line\r\nend",
                    "\r",
                    "\u000b\f\b",
                    "\u0001\u001f\u007f",
                    "{\"a\": [1]}",
                    "\\u0041",
                    "$1",
                    "%s",
                    "NaN",
                    "0x41",
                    "true",
                    "2024-02-29");

    private Texts() {}

    /** Suspect texts and one of every Unicode plane, none longer than so many characters. */
    static List<String> edges(int characters) {
        final List<String> texts = new ArrayList<>(SUSPECT);
        texts.addAll(List.of("é", "\u0080", "\u07ff", "\u0800", "\u00a0", "\ufeff", "\ud7ff"));
        texts.addAll(List.of("\ue000", "\ufffd", "\ufffe", "\uffff", "e\u0301", "\u202e", "ß"));
        for (int plane = 0; plane <= 16; plane++) {
            texts.add(Character.toString(plane * 0x10000 + 0x4e2d) + plane);
            texts.add(Character.toString(plane * 0x10000 + (plane == 0 ? 0xd7ff : 0xffff)));
        }
        texts.removeIf(text -> text.codePointCount(0, text.length()) > characters);
        return texts;
    }

    static List<String> asciiEdges(int characters) {
        return SUSPECT.stream().filter(text -> text.length() <= characters).toList();
    }

    /** Any characters that Redshift can store, up to the given number and bytes. */
    static String random(Random random, int characters, int bytes) {
        final StringBuilder text = new StringBuilder();
        int size = 0;
        for (int i = random.nextInt(Math.min(characters, 40) + 1); i > 0; i--) {
            final String character = Character.toString(codePoint(random));
            size += character.getBytes(StandardCharsets.UTF_8).length;
            if (size > bytes) {
                break;
            }
            text.append(character);
        }
        return text.toString();
    }

    static String randomAscii(Random random, int characters) {
        final StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(Math.min(characters, 40) + 1); i > 0; i--) {
            text.append((char) (1 + random.nextInt(127)));
        }
        return text.toString();
    }

    private static int codePoint(Random random) {
        switch (random.nextInt(5)) {
            case 0:
                return 1 + random.nextInt(31);
            case 1:
                return "\"',\\|{}\n\r\t ".charAt(random.nextInt(11));
            case 2:
                return 32 + random.nextInt(96);
            case 3:
                return 0x80 + random.nextInt(0xd800 - 0x80);
            default:
                return 0xe000 + random.nextInt(0x110000 - 0xe000);
        }
    }
}
