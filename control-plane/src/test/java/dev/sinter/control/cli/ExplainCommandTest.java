package dev.sinter.control.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sinter.control.api.ApiServer;
import dev.sinter.control.api.ControlApi.LimitsView;
import dev.sinter.control.api.ControlApi.SizeView;
import org.junit.jupiter.api.Test;

class ExplainCommandTest {

    @Test
    void aSize_isShownAsItIsGiven_withItsReason() {
        SizeView size = new SizeView(
                true, new LimitsView(80.0, 1776.0), new LimitsView(95.2, 1421.08), 105.0, "It used little");

        assertThat(text(size)).isEqualTo("""

                Size of the fused workload, applied
                  now          80 MiB of memory, 1776 millicores
                  recommended  96 MiB of memory, 1421 millicores
                  It used little.
                """);
    }

    @Test
    void whatHasNoLimit_andIsNotKnownYet_isSaidInWords() {
        SizeView size = new SizeView(false, new LimitsView(null, null), null, null, "Too little was seen");

        assertThat(text(size)).isEqualTo("""

                Size of the fused workload, observed only
                  now          memory without limit, processors without limit
                  recommended  none yet
                  Too little was seen.
                """);
    }

    @Test
    void aGroupWithoutSize_hasNoSuchPart() {
        assertThat(ExplainCommand.size(ApiServer.mapper().createObjectNode())).isEmpty();
    }

    private static String text(SizeView size) {
        return ExplainCommand.size(ApiServer.mapper().<JsonNode>valueToTree(size));
    }
}
