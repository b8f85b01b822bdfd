package dev.sinter.control.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class MessagesTest {

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Test
    void codeIsExplainedWithoutARunningApplication() {
        assertThat(sinter("explain", "SNT0121")).isZero();

        assertThat(out.toString()).startsWith("SNT0121: ").contains("DOCKER_HOST", "What to do: ");
    }

    @Test
    void codeInLowerCaseIsExplainedAsWell() {
        assertThat(sinter("explain", "snt0121", "-o", "json")).isZero();

        assertThat(out.toString()).contains("\"code\" : \"SNT0121\"", "\"meaning\"", "\"remedy\"");
    }

    @Test
    void unknownCodeNamesItsNeighbours() {
        assertThat(sinter("explain", "snt0120")).isEqualTo(1);

        assertThat(err.toString()).startsWith("SNT0112 ").contains("SNT0121").doesNotContain("\tat ");
        assertThat(out.toString()).isEmpty();
    }

    @Test
    void failureOfTheMachineSaysWhereToReadMore() {
        assertThat(Failures.describe(new IllegalArgumentException("SNT0401 bucket: 0 (expected: > 0)")))
                .isEqualTo("SNT0401 bucket: 0 (expected: > 0)\n'sinter explain SNT0401' says more");
    }

    @Test
    void commandWithAMistakeIsToldThatAlone() {
        assertThat(Failures.describe(new CommandException("SNT0110", "application: not given")))
                .isEqualTo("SNT0110 application: not given");
    }

    private int sinter(String... arguments) {
        CommandLine program = Sinter.commandLine();
        program.setOut(new PrintWriter(out, true));
        program.setErr(new PrintWriter(err, true));
        return program.execute(arguments);
    }
}
