"""Use cases of master data: keep, find, import and export records; explode bills."""

from sanpin.master.service.bills import (
    bill_tree,
    bills_on,
    delete_bill,
    direct_users,
    explode_demand,
    get_bills,
    list_bills,
    put_bill,
    uses_of,
)
from sanpin.master.service.bom_import import save_bom_rows
from sanpin.master.service.exports import EXPORTS, export_table
from sanpin.master.service.finding import search
from sanpin.master.service.imports import save_item_rows, save_partner_rows, save_site_rows
from sanpin.master.service.kinds import IMPORT_KINDS
from sanpin.master.service.records import (
    RecordPage,
    check_new,
    delete_record,
    families,
    get_calendar,
    get_item,
    get_partner,
    get_record,
    get_site,
    list_records,
    put_record,
)
from sanpin.master.service.sample import has_sample, load_sample, remove_sample
from sanpin.master.service.whole import (
    all_calendars,
    all_items,
    all_partners,
    all_sites,
    items_of,
    register_items,
    site_calendar,
    working_time,
)

__all__ = [
    "EXPORTS",
    "IMPORT_KINDS",
    "RecordPage",
    "all_calendars",
    "all_items",
    "all_partners",
    "all_sites",
    "bill_tree",
    "bills_on",
    "check_new",
    "delete_bill",
    "delete_record",
    "direct_users",
    "explode_demand",
    "export_table",
    "families",
    "get_bills",
    "get_calendar",
    "get_item",
    "get_partner",
    "get_record",
    "get_site",
    "has_sample",
    "items_of",
    "list_bills",
    "list_records",
    "load_sample",
    "put_bill",
    "put_record",
    "register_items",
    "remove_sample",
    "save_bom_rows",
    "save_item_rows",
    "save_partner_rows",
    "save_site_rows",
    "search",
    "site_calendar",
    "uses_of",
    "working_time",
]
