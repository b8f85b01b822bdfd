package dev.sinter.control.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

/** What is wrong with a command line is said before any image or engine is looked for. */
final class MergeCommandTest {

    @TempDir
    Path directory = Path.of("");

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "merge                                                     | SNT0115 functions: none",
                "merge a -o oci:x                                          | SNT0115 function: a (expected:"
                        + " NAME=IMAGE)",
                "merge A=oci:x --dry-run                                   | SNT0201 member name: A",
                "merge a= --dry-run                                        | SNT0201 image of a: blank",
                "merge a=oci:x a=oci:y --dry-run                           | SNT0201 members: two are named a",
                "merge a=oci:x b=oci:y --dry-run --local a                 | SNT0201 local: a (expected:"
                        + " CALLER,CALLEE)",
                "merge a=oci:x b=oci:y --dry-run --local a,c               | SNT0201 local: a -> c",
                "merge a=oci:x b=oci:y --dry-run --port a=70000            | SNT0201 port of a: 70000",
                "merge a=oci:x b=oci:y --dry-run --tier CO_POD             | SNT0115 --tier: CO_POD",
                "merge a=oci:x b=oci:y                                     | SNT0115 --output: missing",
                "merge a=oci:x b=oci:y --dry-run --tier LOOSE              | Invalid value for option '--tier'",
            })
    void aWrongCommandLineExitsWithTwo(String line, String message) {
        assertThat(run(line.strip().split(" +", -1))).isEqualTo(2);
        assertThat(err.toString()).contains(message);
        assertThat(out.toString()).isEmpty();
    }

    @Test
    void aServiceThatTheComposeFileDoesNotHaveIsAUsageError() throws Exception {
        Path file = Files.writeString(directory.resolve("compose.yaml"), "services:\n  a:\n    image: x\n");

        assertThat(run("merge", "-f", file.toString(), "a", "z", "--dry-run")).isEqualTo(2);
        assertThat(err.toString()).contains("service: z (expected: one of [a]");
    }

    @Test
    void aMissingArchiveExitsWithOneAndItsCode() {
        Path missing = directory.resolve("none.tar");

        assertThat(run("merge", "a=docker-archive:" + missing, "--dry-run")).isEqualTo(1);
        assertThat(err.toString()).contains("SNT0202").contains(missing.toString());
        assertThat(out.toString()).isEmpty();
    }

    @Test
    void anUnreadableKeyExitsWithOneBeforeAnythingIsMerged() {
        Path target = directory.resolve("out");

        assertThat(run("merge", "a=oci:x", "-o", "oci:" + target, "--key", "/nowhere.pem"))
                .isEqualTo(1);
        assertThat(err.toString()).contains("SNT0116 key: /nowhere.pem");
        assertThat(target).doesNotExist();
    }

    private int run(String... arguments) {
        CommandLine line = Sinter.commandLine();
        line.setOut(new PrintWriter(out, true));
        line.setErr(new PrintWriter(err, true));
        return line.execute(arguments);
    }
}
