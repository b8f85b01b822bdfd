package dev.sinter.merger.supply;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class EcKeysTest {

    @RepeatedTest(5)
    void thePublicKeyFollowsFromThePrivateOne() {
        TestKeys keys = TestKeys.fresh();

        assertThat(EcKeys.publicOf(EcKeys.privateKey(keys.privatePem()))).isEqualTo(EcKeys.publicKey(keys.publicPem()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----", "no key"})
    void nonsenseIsRefusedWithWhatToDo(String pem) {
        assertThatThrownBy(() -> EcKeys.privateKey(pem))
                .hasMessageContaining("SNT0220")
                .hasMessageContaining("openssl genpkey");
        assertThatThrownBy(() -> EcKeys.publicKey(pem)).hasMessageContaining("SNT0220");
    }
}
