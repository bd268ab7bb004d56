"""One gradient boosting of scikit-learn for each carrier, called by `carriers.yaml`."""

import os

import joblib
import pandas as pd
from sklearn.compose import make_column_transformer
from sklearn.ensemble import HistGradientBoostingRegressor
from sklearn.metrics import mean_absolute_error, r2_score
from sklearn.model_selection import train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OrdinalEncoder

NUMBERS = ["dep_delay", "air_time", "hour"]
PLACES = ["origin", "dest"]


def train_carrier(key, flights: pd.DataFrame) -> pd.DataFrame:
    carrier = key[0]
    train, test = train_test_split(flights, test_size=0.2, random_state=7)
    places = OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=-1)
    model = make_pipeline(
        make_column_transformer((places, PLACES), remainder="passthrough"),
        HistGradientBoostingRegressor(max_iter=100, random_state=7),
    )
    model.fit(train[PLACES + NUMBERS], train["arr_delay"])
    predicted = model.predict(test[PLACES + NUMBERS])
    error = mean_absolute_error(test["arr_delay"], predicted)
    print(f"{carrier}: {len(train):,} flights, off by {error:.1f} minutes")
    joblib.dump(model, os.path.join(os.environ["ROOST_ARTIFACTS"], f"{carrier}.joblib"))
    return pd.DataFrame(
        {
            "carrier": [carrier],
            "flights": [len(flights)],
            "test_mae": [error],
            "test_r2": [r2_score(test["arr_delay"], predicted)],
        }
    )
