"""Hands an order to the carrier: packs it (first fit, heaviest first) and numbers the parcels."""

import hashlib

import functions_framework

PARCEL = 8


@functions_framework.http
def ship(request):
    order = request.get_json()
    parcels = []
    for product, quantity in sorted(order["items"].items(), key=lambda item: (-item[1], item[0])):
        for _ in range(quantity):
            parcel = next((parcel for parcel in parcels if len(parcel) < PARCEL), None)
            if parcel is None:
                parcel = []
                parcels.append(parcel)
            parcel.append(product)
    text = f"{order['user']} {parcels}"
    return {"parcels": len(parcels), "tracking": hashlib.sha256(text.encode() * 500).hexdigest()[:16]}
