package dev.sinter.merger.supply;

import dev.sinter.merger.MergeException;
import dev.sinter.merger.MergeProblem;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECFieldFp;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPublicKeySpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;

/** ECDSA P-256 keys as openssl and cosign write them in PEM. */
final class EcKeys {

    private static final int P256_BITS = 256;
    private static final BigInteger THREE = BigInteger.valueOf(3);

    private EcKeys() {}

    /** @param pem PKCS#8, unencrypted */
    static ECPrivateKey privateKey(String pem) {
        try {
            ECPrivateKey key = (ECPrivateKey)
                    KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(decode(pem, "PRIVATE KEY")));
            requireP256(key.getParams());
            return key;
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw new MergeException(
                    MergeProblem.SIGNATURE,
                    "signing key: unreadable (expected: PEM of an unencrypted PKCS#8 EC P-256 key). Maybe make one with"
                            + " 'openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256'",
                    e);
        }
    }

    /** @param pem X.509 SubjectPublicKeyInfo */
    static PublicKey publicKey(String pem) {
        try {
            ECPublicKey key = (ECPublicKey)
                    KeyFactory.getInstance("EC").generatePublic(new X509EncodedKeySpec(decode(pem, "PUBLIC KEY")));
            requireP256(key.getParams());
            return key;
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw new MergeException(
                    MergeProblem.SIGNATURE,
                    "public key: unreadable (expected: PEM of an EC P-256 public key, as cosign.pub)",
                    e);
        }
    }

    /** Base point times the private number (SEC 1, section 3.2.1), which PKCS#8 files need not hold. */
    static PublicKey publicOf(ECPrivateKey key) {
        ECParameterSpec curve = key.getParams();
        ECPoint sum = ECPoint.POINT_INFINITY;
        for (int bit = key.getS().bitLength() - 1; bit >= 0; bit--) {
            sum = add(sum, sum, curve);
            sum = key.getS().testBit(bit) ? add(sum, curve.getGenerator(), curve) : sum;
        }
        try {
            return KeyFactory.getInstance("EC").generatePublic(new ECPublicKeySpec(sum, curve));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("a multiple of the base point is a public key", e);
        }
    }

    private static ECPoint add(ECPoint a, ECPoint b, ECParameterSpec spec) {
        if (a.equals(ECPoint.POINT_INFINITY)) {
            return b;
        }
        if (b.equals(ECPoint.POINT_INFINITY)) {
            return a;
        }
        BigInteger p = ((ECFieldFp) spec.getCurve().getField()).getP();
        BigInteger rise;
        BigInteger run;
        if (a.equals(b)) {
            rise = a.getAffineX().pow(2).multiply(THREE).add(spec.getCurve().getA());
            run = a.getAffineY().shiftLeft(1);
        } else if (a.getAffineX().equals(b.getAffineX())) {
            return ECPoint.POINT_INFINITY;
        } else {
            rise = b.getAffineY().subtract(a.getAffineY());
            run = b.getAffineX().subtract(a.getAffineX());
        }
        BigInteger slope = rise.multiply(run.modInverse(p)).mod(p);
        BigInteger x =
                slope.pow(2).subtract(a.getAffineX()).subtract(b.getAffineX()).mod(p);
        return new ECPoint(
                x,
                slope.multiply(a.getAffineX().subtract(x))
                        .subtract(a.getAffineY())
                        .mod(p));
    }

    private static void requireP256(ECParameterSpec curve) throws GeneralSecurityException {
        if (curve.getOrder().bitLength() != P256_BITS) {
            throw new GeneralSecurityException("another curve than P-256");
        }
    }

    private static byte[] decode(String pem, String kind) {
        String begin = "-----BEGIN " + kind + "-----";
        int from = pem.indexOf(begin);
        int to = pem.indexOf("-----END " + kind + "-----");
        if (from < 0 || to < from) {
            throw new IllegalArgumentException("no " + begin);
        }
        return Base64.getDecoder()
                .decode(pem.substring(from + begin.length(), to).replaceAll("\\s", ""));
    }
}
